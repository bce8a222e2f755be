"""VAE/GAN: real pictures beside what comes back through z, and attributes added to them."""

import json
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.config import Choice
from ganlab.data.embedded import load_digits
from ganlab.data.mnist import has_mnist
from ganlab.data.pictures import PictureSet, load_pictures, to_float
from ganlab.errors import GanlabError
from ganlab.jobs.samples import sprite, to_png
from ganlab.latent.attribute_directions import (
    AttributeVectors,
    class_vectors,
    encoded,
    measured_vectors,
)
from ganlab.latent.inversion import as_written
from ganlab.networks.vae_gan import Generator as Network
from ganlab.registry import Data, find
from ganlab.trained.generator import Generator
from pages.widgets.live_grid import live_grid
from pages.widgets.messages import sentence
from pages.widgets.sketch import sketch

SHOWN = 12
LEARNT = 3_000
"""Pictures that the attribute vectors are learnt from."""
STEPS = 9
KINDS = ("Measured", "Classes")


def panel(generator: Generator) -> None:
    """Inputs above their reconstructions; the chosen one with attributes added."""
    net = generator.net
    assert isinstance(net, Network)
    try:
        data = _data(json.dumps(generator.config.data.to_json()))
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input("Which pictures", 0, 10**6, 0, key="inputs-seed", width=150)
        own = is_grey(data) and st.toggle("Draw one myself", key="own-picture")
    order = torch.randperm(len(data.labels), generator=torch.Generator().manual_seed(int(seed)))
    inputs = data.pictures[order[:SHOWN]]
    z = encoded(net.encode, inputs)
    back = torch.from_numpy(generator.pictures(z))
    left, right = st.columns([6, 5], gap="large")
    with left:
        chosen = _reconstructions(generator, inputs, back, int(seed))
        apart = (to_float(inputs) - to_float(back)).square().mean() / 4
        st.caption(
            f"Real pictures of {data.name}, and below each what G makes of its z. Mean squared "
            f"difference {float(apart):.4f}; a plain grey mean would have {_spread(inputs):.4f}."
        )
        if own:
            drawn = sketch(key="own-board")
            if drawn is not None:
                try:
                    written = torch.from_numpy(as_written(drawn))[None]
                except GanlabError as error:
                    st.info(sentence(error))
                else:
                    inputs, z = written, encoded(net.encode, written)
                    chosen = 0
    with right:
        _added(generator, inputs[chosen], z[chosen], data)


def _reconstructions(generator: Generator, inputs: Tensor, back: Tensor, seed: int) -> int:
    half = SHOWN // 2
    rows = [inputs[:half], back[:half], inputs[half:], back[half:]]
    names = [f"{kind} {k + 1}" for kind in ("input", "reconstruction") for k in range(half)]
    names += [f"{kind} {k + half + 1}" for kind in ("input", "reconstruction") for k in range(half)]
    picked = live_grid(
        key="reconstructions",
        run=f"{generator.name} {seed}",
        picture=to_png(sprite(torch.cat(rows).numpy(), half)),
        step=-1,
        rows=4,
        cols=half,
        title="Inputs, and below each its reconstruction",
        caption="Click a picture to change it",
        labels=names,
        max_width=560,
        on_pick=lambda: None,
    )
    if picked is not None:
        row, column = divmod(picked, half)
        st.session_state["input"] = column + half * (row // 2)
    return min(st.session_state.get("input", 0), SHOWN - 1)


def is_grey(data: PictureSet) -> bool:
    """Whether pictures have one channel: only then is there ink to measure."""
    return data.pictures.shape[1] == 1


def kinds(data: PictureSet) -> list[str]:
    """Which attributes these pictures can have."""
    classes = len(data.labels[learnt_from(data)].unique())
    return [kind for kind, there in zip(KINDS, (is_grey(data), classes > 1), strict=True) if there]


def learnt_from(data: PictureSet) -> Tensor:
    """The places of the pictures that vectors are learnt from, drawn from all classes."""
    return torch.randperm(len(data.labels), generator=torch.Generator().manual_seed(0))[:LEARNT]


def _added(generator: Generator, picture: Tensor, z: Tensor, data: PictureSet) -> None:
    offered = kinds(data)
    if not offered:
        st.info(
            "These pictures have colours and are all of one class, so there is no attribute to "
            "add: train on grey ones, or on pictures in several folders."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Add", offered, default=offered[0], required=True, key=f"adding.{len(offered)}"
        )
        reach = st.slider("How much", 0.5, 2.0, 1.0, 0.1, key="adding-reach")
    learnt = _learnt(generator.mark, data.name, kind, generator, data)
    shares = torch.linspace(-reach, reach, STEPS)[None, :, None]
    moved = (z + shares * learnt.vectors[:, None]).flatten(0, 1)
    names = learnt.names
    live_grid(
        key="added",
        run=f"{generator.name} {kind} {reach} {hash(picture.numpy().tobytes())}",
        picture=to_png(sprite(generator.pictures(moved), STEPS)),
        step=-1,
        rows=len(names),
        cols=STEPS,
        title="Each row adds one attribute vector to this picture's z",
        labels=[f"{n} {s:+.2f}" for n in names for s in np.linspace(-reach, reach, STEPS)],
        max_width=470,
    )
    st.caption("Rows from the top: " + ", ".join(f"**{name}**" for name in names) + ".")
    st.caption(
        f"A vector is the mean z of pictures with the attribute less that of pictures without, "
        f"through the encoder, over {min(LEARNT, len(data.labels)):,} real pictures."
        + ("" if is_grey(data) else " Slant and thickness are measured in grey pictures only.")
    )


@st.cache_data(max_entries=8, show_spinner="Encoding real pictures.")
def _learnt(
    mark: str, data_name: str, kind: str, _generator: Generator, _data: PictureSet
) -> AttributeVectors:
    del mark, data_name  # parts of the key
    some = learnt_from(_data)
    pictures, labels = _data.pictures[some], _data.labels[some]
    net = _generator.net
    assert isinstance(net, Network)
    z = encoded(net.encode, pictures)
    if kind == KINDS[0]:
        return measured_vectors(z, pictures, labels)
    return class_vectors(z, labels, _data.classes)


@st.cache_resource(max_entries=3, show_spinner="Reading real pictures.")
def _data(chosen: str) -> PictureSet:
    """The data of a run's configuration; the embedded digits where those of MNIST are not here."""
    data = Choice.parse("data", json.loads(chosen))
    if find(Data, data.name).box and not has_mnist():
        return load_digits()
    return load_pictures(data)


def _spread(inputs: Tensor) -> float:
    x: NDArray[Any] = inputs.numpy().astype(float) / 255
    return float(((x - x.mean(0)) ** 2).mean())
