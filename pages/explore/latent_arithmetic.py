"""z1 - z2 + z3: what one draw has and another lacks, given to a third; and whether it worked."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.data.pictures import to_float
from ganlab.evaluation.classifier import readable
from ganlab.figures.points import labelled_points
from ganlab.latent.interpolation import analogy, usual_norms
from ganlab.metrics.attributes import ATTRIBUTES, attributes
from ganlab.trained.generator import Generator
from pages.widgets.messages import counted

CANDIDATES = 300
LUCK = "luck"
QUALITIES = {
    "slant": "slant",
    "weight": "stroke weight",
    "width": "width",
    "height": "height",
    "loops": "loops",
    LUCK: "luck",
}
SIDE = 112
SIGNS = ("", "−", "+", "=")


class Sum(NamedTuple):
    """The three z, what they add up to, and the class of each."""

    z: Tensor
    """(4, z_dim), the sum last."""
    labels: Tensor | None
    """(4,)."""


def panel(generator: Generator) -> None:
    """What is taken from whom, the four pictures, and what was measured."""
    measured = not generator.makes_points and generator.config.data.name in readable()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quality = LUCK
        if measured:
            quality = st.selectbox(
                "What z₁ has, z₂ lacks",
                list(QUALITIES),
                format_func=QUALITIES.__getitem__,
                key="quality",
            )
        classes = (0, 0)
        if generator.classes:
            names = range(generator.classes)
            classes = (
                st.selectbox("Class of z₁ and z₂", names, index=4, key="sum-from"),
                st.selectbox("Class of z₃", names, index=7, key="sum-to"),
            )
        seed = st.number_input("Seed", 0, 10**6, 0, key="sum-seed", bind="query-params", width=130)
        exemplars = 1
        if quality != LUCK:
            exemplars = st.segmented_control(
                "Averaged",
                (1, 3, 10),
                default=3,
                required=True,
                key="exemplars",
                help="How many z are averaged for each term. Radford et al. 2015 took three.",
            )
        kept = st.toggle(
            "Usual norm",
            True,
            key="usual-norm",
            help="Bring the sum back to the norm that most draws have. Three draws add up to √3 of "
            "it, where G has hardly ever been.",
        )
    found = _sum(generator.mark, quality, classes, int(seed), int(exemplars), kept, generator)
    if generator.makes_points:
        _plane(generator, found)
        return
    pictures = generator.pictures(found.z, found.labels)
    values = attributes(to_float(torch.from_numpy(pictures))) if measured else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for k, title in enumerate(("z₁", "z₂", "z₃", "z₁ − z₂ + z₃")):
            if SIGNS[k]:
                st.header(SIGNS[k], anchor=False, width="content")
            _picture(title, pictures[k], float(found.z[k].norm()))
    if values is not None and quality in ATTRIBUTES:
        _measured(quality, values[:, list(ATTRIBUTES).index(quality)].tolist())
    st.caption(
        "Radford et al. 2015 found that such sums mean something if each term is an average, for a "
        "single z brings its own noise along. Try other seeds before you believe it."
    )


def _picture(title: str, picture: NDArray[Any], norm: float) -> None:
    scale = max(1, SIDE // picture.shape[1])
    large = np.kron(picture.transpose(1, 2, 0), np.ones((scale, scale, 1), np.uint8))
    with st.container(width="content", gap="xsmall"):
        st.image(large, width=SIDE, caption=f"{title}, |z| = {norm:.1f}")


@st.cache_data(max_entries=40, show_spinner="Looking for the two that differ most.")
def _sum(
    mark: str,
    quality: str,
    classes: tuple[int, int],
    seed: int,
    exemplars: int,
    kept: bool,
    _generator: Generator,
) -> Sum:
    """z1 and z2 of one class, the richest and the poorest in a quality; z3 in the middle of its."""
    del mark  # part of the key
    usual = usual_norms(_generator.z(10_000, 1))[1] if kept else None
    if quality == LUCK:
        z = _generator.z(3, seed)
    else:
        of = list(ATTRIBUTES).index(quality)
        draws = _generator.z(2 * CANDIDATES, seed)
        ranked = []
        for part, label in zip(draws.split(CANDIDATES), classes, strict=True):
            labels = torch.full((CANDIDATES,), label) if _generator.classes else None
            made = to_float(torch.from_numpy(_generator.pictures(part, labels)))
            ranked.append(part[attributes(made)[:, of].argsort(stable=True)])
        middle = (CANDIDATES - exemplars) // 2
        terms = (ranked[0][-exemplars:], ranked[0][:exemplars], ranked[1][middle:][:exemplars])
        # A mean is shorter than what it is the mean of, by the root of how many there were.
        z = torch.stack([term.mean(0) for term in terms]) * (exemplars**0.5 if kept else 1)
    labels = None
    if _generator.classes:
        labels = torch.tensor([classes[0], classes[0], classes[1], classes[1]])
    return Sum(torch.cat([z, analogy(z, usual)[None]]), labels)


def _measured(quality: str, values: list[float]) -> None:
    """Whether the third gained what the first has and the second lacks."""
    first, second, third, sum_ = values
    expected, came = first - second, sum_ - third
    share = came / expected if expected else 0.0
    said = (
        "so it was carried over"
        if share > 0.5
        else "a part of it was carried over"
        if share > 0.15
        else "so it was not carried over"
    )
    numbers = (
        f"{counted(round(first), 'loop')} and {counted(round(second), 'loop')}"
        if quality == "loops"
        else f"{first:+.2f} and {second:+.2f}"
        if quality == "slant"
        else f"{first:.1f} and {second:.1f} pixels"
    )
    st.markdown(
        f"**Measured**: {QUALITIES[quality]} of z₁ and z₂: {numbers}, a difference of "
        f"{expected:+.2f}. From z₃ to the sum it changes by {came:+.2f}: {said}.".replace("-", "−")
    )


def _plane(generator: Generator, found: Sum) -> None:
    """Where G puts the four, over a thousand of its points."""
    figure: go.Figure = labelled_points(
        generator.points(found.z),
        ("z₁", "z₂", "z₃", "z₁ − z₂ + z₃"),
        generator.points(generator.z(1_000, 5)),
        st.context.theme.type == "dark",
    )
    left, right = st.columns([3, 2], gap="large")
    left.plotly_chart(figure, config={"displayModeBar": False}, key="sum-plane")
    norms = ", ".join(f"{float(z.norm()):.2f}" for z in found.z)
    right.markdown(
        "G bends latent space, so that a parallelogram of z is none in the plane: the farther the "
        "fourth point is from completing it, the more G bends between them."
    )
    right.caption(f"|z| of the four: {norms}.")
