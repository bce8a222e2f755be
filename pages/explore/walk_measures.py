"""Walks as they were made: frames, steps between them, and how smooth the space is."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.evaluation.classifier import load_classifier
from ganlab.latent.interpolation import path_length, strides, walk
from ganlab.trained.generator import Generator

MODES = {"slerp": "Arc (slerp)", "lerp": "Straight line (lerp)"}


class Made(NamedTuple):
    """One walk, frame by frame."""

    frames: NDArray[Any]
    """Pictures (F, C, H, W) uint8 or points (F, 2)."""
    norms: NDArray[Any]
    steps: NDArray[Any]
    """Distance from the frame before, (F,); NaN where there is none."""


@st.cache_data(max_entries=40, show_spinner=False)
def make_walk(
    mark: str,
    anchors: NDArray[Any],
    shares: NDArray[Any] | None,
    frames: int,
    mode: str,
    loop: bool,
    _generator: Generator,
) -> Made:
    """A walk through the anchors (A, z_dim), with their classes' shares (A, classes), if any."""
    del mark  # part of the key
    z = walk(torch.from_numpy(anchors), frames, mode, loop)
    if _generator.makes_points:
        shown = _generator.points(z)
        seen = torch.from_numpy(shown)
    else:
        # Labels mix in a straight line in either mode: their weights must add up to 1.
        mixed = None if shares is None else walk(torch.from_numpy(shares), frames, "lerp", loop)
        shown = _generator.pictures(z, mixed)
        seen = _seen(shown)
    first = (seen[0] - seen[-1]).norm() if loop else torch.tensor(float("nan"))
    return Made(shown, z.norm(dim=1).numpy(), torch.cat([first[None], strides(seen)]).numpy())


def _seen(pictures: NDArray[Any]) -> Tensor:
    """Pictures as the classifier sees them, or as they are where it cannot read them: (F, D)."""
    classifier = load_classifier()
    if pictures.shape[1:] == classifier.shape:
        return classifier.read(pictures).features
    return torch.from_numpy(pictures).flatten(1).float() / 255


def unit_of_steps(generator: Generator, pictures: NDArray[Any]) -> str:
    """What the distance between two frames is called."""
    if generator.makes_points:
        return "step in the plane"
    return "step" if pictures.shape[1:] == load_classifier().shape else "step in pixels"


def say_how_smooth(generator: Generator, made: dict[str, Made]) -> None:
    """A table of the steps and the lengths, and what they mean."""
    lengths = _lengths(generator.mark, generator)
    if lengths is None:
        return
    rows = [
        ("step, largest", *(float(np.nanmax(one.steps)) for one in made.values())),
        ("step, mean", *(float(np.nanmean(one.steps)) for one in made.values())),
        ("length", *(lengths[mode] for mode in made)),
    ]
    st.markdown("**How smooth it is**")
    table = ["| |" + "|".join(made) + "|", "|:--|" + "--:|" * len(made)]
    table += [f"|{name}|" + "|".join(f"{x:.3g}" for x in values) + "|" for name, *values in rows]
    st.markdown("\n".join(table))
    seen = "G(z)" if generator.makes_points else load_classifier().name
    st.caption(
        "Steps are between neighbouring frames of this walk. The perceptual path length is the "
        f"whole space's: E|Δf|²/ε² over 300 random pairs, f = {seen}, ε = 0.01."
    )


@st.cache_data(max_entries=8, show_spinner="Measuring how smooth the space is.")
def _lengths(mark: str, _generator: Generator) -> dict[str, float] | None:
    """Perceptual path length by mode; None for pictures that the classifier cannot read."""
    del mark
    classifier = load_classifier()
    a, b = _generator.z(300, 11), _generator.z(300, 12)
    t = torch.rand(300, generator=torch.Generator().manual_seed(13))
    if _generator.makes_points:
        see = lambda z: _generator.net(z[None])[0]  # noqa: E731
    elif _generator.sample(1).shape[1:] != classifier.shape:
        return None
    else:
        labels = _generator.checked_labels(300, None)
        see = lambda z: classifier.features(_generator.net(z, labels))  # noqa: E731
    return {mode: path_length(see, a, b, t, mode) for mode in MODES}
