"""FIGAN: what each feature of the classifier looks for, and one of them walked up and down."""

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.config import Choice
from ganlab.data import embedded
from ganlab.data.own_pictures import class_names, noun
from ganlab.data.pictures import load_pictures, to_float
from ganlab.figures.features import requested_and_found
from ganlab.formatting import percent
from ganlab.jobs.samples import sprite, to_png
from ganlab.networks.figan import Generator as Network
from ganlab.registry import Data, find
from ganlab.trained.generator import Generator
from pages.widgets.enlarged import enlarged
from pages.widgets.live_grid import live_grid

STEPS = 9
ROWS = 8
OFFERED = 16
"""Examples that are offered as pictures."""
REACH = 3.0
SIDE = 196
"""Pixels of the picture that is walked."""
KINDS = ("Principal features", "Single units")


def panel(generator: Generator) -> None:
    """A table of walks, and one walk on a slider with what the classifier finds."""
    net = generator.net
    assert isinstance(net, Network)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control("Walk", KINDS, default=KINDS[0], required=True, key="walked")
        st.session_state["example"] = st.session_state.pop(
            "example.next", st.session_state.get("example", 3)
        )
        example = st.number_input(
            f"Real {noun(generator.config.data)} number",
            0,
            len(net.examples) - 1,
            key="example",
            width=190,
            help="One of those whose features G keeps: choose it by its picture below.",
        )
        seed = st.number_input("Style (z)", 0, 10**6, 0, key="feature-seed", width=120)
    example = _pick(generator, net, int(example))
    start, z = net.examples[example], generator.z(1, int(seed))
    left, right = st.columns([6, 5], gap="large")
    with left:
        picked = _table(generator, net, kind, start, z, (example, int(seed)))
    with right:
        _one(generator, net, kind, start, z, picked)


def _pick(generator: Generator, net: Network, example: int) -> int:
    """Let the viewer choose the example by its picture; the one that is chosen."""
    offered = torch.linspace(0, len(net.examples) - 1, OFFERED).round().long().tolist()
    offered = sorted({*offered, example})
    real = real_examples(generator.config.data, tuple(offered), len(net.examples))
    pictures = real
    if pictures is None:
        z = generator.z(1, 0).repeat(len(offered), 1)
        pictures = generator.pictures(z, net.examples[offered])
    name = noun(generator.config.data)
    picked = live_grid(
        key="examples",
        run=f"{generator.name} {offered}",
        picture=to_png(sprite(pictures, len(offered))),
        step=-1,
        rows=1,
        cols=len(offered),
        title=f"From which real {name}" if real is not None else f"From which {name}",
        caption=f"Number {example} is chosen; click another"
        + ("" if real is not None else ". The data are not at hand: drawn by G from its features"),
        labels=[f"number {k}" for k in offered],
        max_width=900,
        on_pick=lambda: None,
    )
    if picked is not None and picked < len(offered):
        st.session_state["example.next"] = offered[picked]  # its field is drawn already
        st.rerun()
    return example


@st.cache_data(max_entries=64, show_spinner=False)
def real_examples(data: Choice, places: tuple[int, ...], count: int) -> NDArray[np.uint8] | None:
    """The real pictures (N, C, H, W) at these places among the count that G keeps features of.

    None for data that would have to be looked for: only those that ship are read.
    """
    if not find(Data, data.name).target.startswith(embedded.__name__):
        return None
    pictures = load_pictures(data).pictures
    rows = torch.linspace(0, len(pictures) - 1, count).round().long()
    return pictures[rows[list(places)]].numpy()


def along(net: Network, kind: str, start: Tensor, which: int, steps: Tensor) -> Tensor:
    """Principal features (S, K) while one feature goes through steps (S,), the others at rest.

    A principal feature takes the values themselves, in deviations from its mean. A unit moves by
    so many of its own deviations from where the example has it, never below 0.
    """
    if kind == KINDS[0]:
        way = start.repeat(len(steps), 1)
        way[:, which] = steps
        return way
    raw = net.raw(start[None]).repeat(len(steps), 1)
    deviation = (net.axes * net.spread[:, None])[:, which].norm()
    raw[:, which] = (raw[:, which] + steps * deviation).clamp(min=0)
    return net.principal(raw)


def strongest(net: Network, count: int) -> list[int]:
    """The units that vary most within the principal features, the strongest first."""
    deviations = (net.axes * net.spread[:, None]).norm(dim=0)
    return deviations.argsort(descending=True)[:count].tolist()


def _names(net: Network, kind: str) -> tuple[list[int], list[str]]:
    if kind == KINDS[0]:
        return list(range(len(net.spread))), [f"feature {k + 1}" for k in range(len(net.spread))]
    units = strongest(net, 64)
    return units, [f"unit {k}" for k in units]


def _table(
    generator: Generator,
    net: Network,
    kind: str,
    start: Tensor,
    z: Tensor,
    mark: tuple[int, int],
) -> int:
    numbers, names = _names(net, kind)
    steps = torch.linspace(-REACH, REACH, STEPS)
    rows = min(ROWS, len(numbers))
    asked = torch.cat([along(net, kind, start, k, steps) for k in numbers[:rows]])
    pictures = generator.pictures(z.repeat(len(asked), 1), asked)
    picked = live_grid(
        key="walks",
        run=f"{generator.name} {kind} {mark}",
        picture=to_png(sprite(pictures, STEPS)),
        step=-1,
        rows=rows,
        cols=STEPS,
        title="Each row walks one feature from −3 to 3 deviations, the others at rest",
        caption="Click a row to walk it by hand",
        labels=[f"{n} {s:+.2f}" for n in names[:rows] for s in steps.tolist()],
        max_width=560,
        on_pick=lambda: None,
    )
    if picked is not None:
        st.session_state[f"feature.{kind}"] = names[picked // STEPS]
    chosen = st.session_state.get(f"feature.{kind}", names[0])
    return numbers[names.index(chosen)]


def _one(
    generator: Generator, net: Network, kind: str, start: Tensor, z: Tensor, which: int
) -> None:
    numbers, names = _names(net, kind)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Feature", names, key=f"feature.{kind}", width=150)
        which = numbers[names.index(name)]
        own = float(start[which].clamp(-REACH, REACH)) if kind == KINDS[0] else 0.0
        value = st.slider(
            "How strong",
            -REACH,
            REACH,
            round(own, 1),
            0.1,
            key=f"strength.{name}.{own:.1f}",
            help=f"It begins where the real {noun(generator.config.data)} has it.",
        )
    asked = along(net, kind, start, which, torch.tensor([value]))
    picture = generator.pictures(z, asked)
    with torch.no_grad():
        x = to_float(torch.from_numpy(picture))
        found = net.read(x)[0]
        shares = net.reader(x).logits.softmax(1)[0]
    left, right = st.columns([2, 3], vertical_alignment="center")
    seen = picture[0].transpose(1, 2, 0).squeeze()  # (H, W) or (H, W, 3)
    left.image(enlarged(seen, SIDE // len(seen)), width=SIDE)
    best = int(shares.argmax())
    name = class_names(generator.config.data)[best]
    with right:
        st.markdown(f"The classifier reads **{name}**, {percent(float(shares[best]))} sure.")
        st.caption(
            "A principal feature is a direction in which the classifier's last features vary most "
            "over real pictures; a unit is one of those 64 features itself."
        )
    figure = requested_and_found(asked[0].numpy(), found.numpy(), st.context.theme.type == "dark")
    st.plotly_chart(figure, config={"displayModeBar": False}, key="asked")
    st.caption("Each principal feature: what G was asked for, and what the classifier then finds.")
