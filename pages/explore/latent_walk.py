"""The arc and the straight line between pictures, side by side; in the plane for points."""

from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from ganlab.errors import ConfigError
from ganlab.evaluation.classifier import readable
from ganlab.jobs.samples import sprite, to_gif, to_png
from ganlab.latent.interpolation import usual_norms
from ganlab.trained.generator import Generator
from ganlab.training.tasks.points import build_distribution
from pages.explore.walk_anchors import START, Start, anchors_of, one_to_five, roll, show_anchors
from pages.explore.walk_measures import MODES, Made, make_walk, say_how_smooth, unit_of_steps
from pages.widgets.film import Track, film
from pages.widgets.messages import sentence

RATE = 15
"""Frames a second of the film at speed 1, and of the GIF."""


def panel(generator: Generator) -> None:
    """Anchors, the film, what it costs, files."""
    count, frames, seed, loop, text = _controls(generator)
    start: Start | None = st.session_state.get(START)
    start = start if start is not None and start.mark == generator.mark else None
    try:
        anchors, labels = anchors_of(generator, count, seed, text, start)
    except ConfigError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    shares = None if labels is None else labels.numpy()
    made = {
        mode: make_walk(generator.mark, anchors.numpy(), shares, frames, mode, loop, generator)
        for mode in MODES
    }
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _play(generator, made, loop)
    with right:
        if not generator.makes_points:
            show_anchors(generator, anchors, labels, seed, start)
        say_how_smooth(generator, made)
        if not generator.makes_points:
            _files(made, loop)


def _controls(generator: Generator) -> tuple[int, int, int, bool, str]:
    """How many anchors and frames, the seed, whether it returns, and the classes on the way."""
    digits = bool(generator.classes) or generator.config.data.name in readable()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.slider("Anchors", 2, 8, 2, key="anchors", bind="query-params")
        frames = st.slider("Frames", 20, 240, 60, 10, key="frames")
        seed = st.number_input("Seed", 0, 10**6, 0, key="walk-seed", bind="query-params", width=130)
        text = ""
        if digits:
            text = st.text_input(
                "Classes on the way",
                "15" if generator.classes else "",
                max_chars=8,
                key="classes" if generator.classes else "read-classes",
                bind="query-params",
                width=160,
                help="One digit for each anchor; the last one stays to the end."
                + ("" if generator.classes else " Empty: whatever the draws show."),
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        if digits:
            st.button(
                "From 1 to 5",
                icon=":material/timeline:",
                on_click=one_to_five,
                args=(bool(generator.classes),),
                help="The smooth transition: two draws of z, the label mixed from 1 to 5.",
            )
        st.button("Roll the anchors", icon=":material/casino:", on_click=roll)
        loop = st.toggle("Loop", key="loop", help="The walk goes back to its first anchor.")
    return int(count), int(frames), int(seed), loop, text


def _play(generator: Generator, made: dict[str, Made], loop: bool) -> None:
    low, _, high = usual_norms(generator.z(10_000, 1))
    plane = generator.makes_points
    film(
        key="film",
        tracks=[
            Track(
                MODES[mode],
                one.norms,
                pictures=None if plane else one.frames,
                points=one.frames if plane else None,
                strides=one.steps,
            )
            for mode, one in made.items()
        ],
        usual=(low, high),
        loop=loop,
        clouds=_clouds(generator.mark, generator) if plane else None,
        stride_words=unit_of_steps(generator, made["slerp"].frames),
        name=f"{generator.name}-walk",
    )
    shown = "Circles are real points, diamonds are G's. " if plane else ""
    st.caption(
        f"{shown}Below each: the norm of z and the step from the frame before"
        f"{'' if plane else ', as the classifier sees it'}. 99 % of all draws have a norm in the "
        f"band, {low:.1f} to {high:.1f}"
        + (
            "; the straight line cuts through the middle, where G has hardly ever been."
            if generator.config.z_dim > 8
            else ". In so few dimensions the middle is no empty place, and both ways are good."
        )
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _clouds(mark: str, _generator: Generator) -> dict[str, NDArray[Any]]:
    """1,500 real points and as many of G's."""
    del mark
    chance = torch.Generator().manual_seed(5)
    real = build_distribution(_generator.config).sample(1_500, chance)
    return {"real": real.numpy(), "fake": _generator.points(_generator.z(1_500, 5))}


def _files(made: dict[str, Made], loop: bool) -> None:
    """GIF and strip, made on demand; the video is the film's own."""
    with st.container(horizontal=True):
        for mode, one in made.items():
            st.download_button(
                f"GIF, {mode}",
                lambda one=one: _gif(one.frames, loop),
                f"walk-{mode}.gif",
                "image/gif",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            "Strips",
            lambda: to_png(
                np.concatenate([sprite(x.frames, len(x.frames)) for x in made.values()])
            ),
            "walk.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
        )


def _gif(pictures: NDArray[Any], loop: bool) -> bytes:
    frames = [to_png(sprite(one[None], 1)) for one in pictures]
    return to_gif(frames, len(frames) / RATE, 8, hold=0.0 if loop else 1.5)
