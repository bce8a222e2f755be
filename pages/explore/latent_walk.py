"""The arc and the straight line between pictures, side by side."""

from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from scipy.stats import chi
from torch import Tensor
from torch.nn import functional as F

from ganlab.generator import Generator
from ganlab.judge.classifier import load_judge
from ganlab.latent import path_length, strides, walk
from ganlab.runs.samples import sprite, to_gif, to_png
from pages.widgets.film import film

MODES = {"slerp": "Arc (slerp)", "lerp": "Straight line (lerp)"}


def panel(generator: Generator) -> None:
    """Anchors, the film, what it costs, files."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.slider("Anchors", 2, 8, 2, key="anchors", bind="query-params")
        frames = st.slider("Frames", 20, 240, 60, 10, key="frames")
        seed = st.number_input("Seed", 0, 10**6, 0, key="walk-seed", bind="query-params")
        classes = ""
        if generator.classes:
            classes = st.text_input(
                "Classes on the way", "15", max_chars=8, key="classes", bind="query-params"
            )
    anchors = generator.z(count, seed)
    labels = stops(classes, count, generator.classes)
    made = {mode: _frames(generator, anchors, labels, frames, mode) for mode in MODES}
    usual = generator.config.z_dim
    low, high = (float(x) for x in chi(usual).ppf([0.005, 0.995]))
    film(
        key="film",
        tracks={MODES[mode]: (pictures, norms) for mode, (pictures, norms) in made.items()},
        usual=(low, high),
    )
    st.caption(
        f"Below each: the norm of z. 99 % of all draws lie in the band, {low:.1f} to {high:.1f}. "
        "The straight line cuts through the middle, where G has hardly ever been."
    )
    _smoothness(generator, made)
    with st.container(horizontal=True):
        for mode, (pictures, _) in made.items():
            gif = to_gif([to_png(sprite(one[None], 1)) for one in pictures], frames / 15, 6)
            st.download_button(
                f"GIF, {mode}", gif, f"walk-{mode}.gif", "image/gif", icon=":material/download:"
            )
        strip = to_png(np.concatenate([sprite(p, len(p)) for p, _ in made.values()]))
        st.download_button("Strips", strip, "walk.png", "image/png", icon=":material/download:")


def stops(text: str, count: int, classes: int) -> Tensor | None:
    """The class of each anchor, one-hot (count, classes); the last one typed stays to the end."""
    if not classes:
        return None
    typed = [int(c) for c in text if c.isdigit() and int(c) < classes] or [0]
    whole = (typed + [typed[-1]] * count)[:count]
    return F.one_hot(torch.tensor(whole), classes).float()


def _frames(
    generator: Generator, anchors: Tensor, labels: Tensor | None, frames: int, mode: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    z = walk(anchors, frames, mode)
    mixed = None if labels is None else walk(labels, frames, "lerp")
    return generator.pictures(z, mixed), z.norm(dim=1).numpy()


def _smoothness(generator: Generator, made: dict[str, tuple[NDArray[Any], NDArray[Any]]]) -> None:
    judge = load_judge()
    if made["slerp"][0].shape[1:] != judge.shape:
        return
    lengths = _lengths(generator.name, generator.config.hash(), generator)
    with st.container(horizontal=True):
        for mode, (pictures, _) in made.items():
            steps = strides(judge.read(pictures).features)
            st.metric(
                f"Largest step between two frames, {mode}",
                f"{float(steps.max()):.2f}",
                delta=f"mean {float(steps.mean()):.2f}",
                delta_color="off",
                delta_arrow="off",
                border=True,
            )
            st.metric(
                f"Perceptual path length, {mode}",
                f"{lengths[mode]:.0f}",
                border=True,
                help=f"E|Δf|²/ε² over 300 random pairs, f = {judge.name}, ε = 0.01.",
            )


@st.cache_data(max_entries=8, show_spinner="Measuring how smooth the space is.")
def _lengths(name: str, mark: str, _generator: Generator) -> dict[str, float]:
    del name, mark
    judge = load_judge()
    a, b = _generator.z(300, 11), _generator.z(300, 12)
    t = torch.rand(300, generator=torch.Generator().manual_seed(13))
    labels = _generator.checked_labels(300, None)
    see = lambda z: judge.features(_generator.net(z, labels))  # noqa: E731
    return {mode: path_length(see, a, b, t, mode) for mode in MODES}
