"""The arc and the straight line between pictures, side by side; in the plane for points."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from ganlab.errors import ConfigError
from ganlab.generator import Generator
from ganlab.journey import surest
from ganlab.judge.classifier import JUDGED, load_judge
from ganlab.latent import path_length, strides, usual_norms, walk
from ganlab.runs.samples import sprite, to_gif, to_png
from ganlab.training.points import build_distribution
from pages.widgets.film import Track, film
from pages.widgets.live_grid import live_grid
from pages.widgets.words import sentence

MODES = {"slerp": "Arc (slerp)", "lerp": "Straight line (lerp)"}
RATE = 15
"""Frames a second of the film at speed 1, and of the GIF."""
START = "walk-start"
"""Where a walk from a found z is kept for the session: a Start."""
ROLLS = "walk-rolls"


class Start(NamedTuple):
    """A z to set out from, such as one that gives a drawing back."""

    mark: str
    """Whose z it is."""
    z: Tensor
    """(1, z_dim)."""
    label: int | None


class Made(NamedTuple):
    """One walk, frame by frame."""

    frames: NDArray[Any]
    """Pictures (F, C, H, W) uint8 or points (F, 2)."""
    norms: NDArray[Any]
    steps: NDArray[Any]
    """Distance from the frame before, (F,); NaN where there is none."""


def set_out(start: Start) -> None:
    """Open the Walk panel with a walk from start; called by a button of another panel."""
    st.session_state[START] = start
    st.session_state["panel"] = "Walk"


def panel(generator: Generator) -> None:
    """Anchors, the film, what it costs, files."""
    count, frames, seed, loop, text = _controls(generator)
    start: Start | None = st.session_state.get(START)
    start = start if start is not None and start.mark == generator.mark else None
    try:
        anchors, labels = _anchors(generator, count, seed, text, start)
    except ConfigError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    shares = None if labels is None else labels.numpy()
    made = {
        mode: _made(generator.mark, anchors.numpy(), shares, frames, mode, loop, generator)
        for mode in MODES
    }
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _play(generator, made, loop)
    with right:
        if not generator.makes_points:
            _show_anchors(generator, anchors, labels, seed, start)
        _smoothness(generator, made)
        if not generator.makes_points:
            _files(made, loop)


def _controls(generator: Generator) -> tuple[int, int, int, bool, str]:
    """How many anchors and frames, the seed, whether it returns, and the classes on the way."""
    digits = bool(generator.classes) or generator.config.data.name in JUDGED
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
                on_click=_one_to_five,
                args=(bool(generator.classes),),
                help="The smooth transition: two draws of z, the label mixed from 1 to 5.",
            )
        st.button("Roll the anchors", icon=":material/casino:", on_click=_roll)
        loop = st.toggle("Loop", key="loop", help="The walk goes back to its first anchor.")
    return int(count), int(frames), int(seed), loop, text


def _one_to_five(conditional: bool) -> None:
    st.session_state.pop(START, None)
    st.session_state.pop(ROLLS, None)
    st.session_state.update({"anchors": 2, "loop": False, "walk-seed": 0})
    st.session_state["classes" if conditional else "read-classes"] = "15"


def _roll() -> None:
    st.session_state.pop(START, None)
    st.session_state.pop(ROLLS, None)
    st.session_state["walk-seed"] = (st.session_state["walk-seed"] + 1) % 10**6


def _anchors(
    generator: Generator, count: int, seed: int, text: str, start: Start | None
) -> tuple[Tensor, Tensor | None]:
    """The anchors (A, z_dim) and their classes, one-hot (A, classes)."""
    if not generator.classes and any(c.isdecimal() for c in text):
        typed = [int(c) for c in text if c.isdecimal()]
        anchors = surest(generator, (typed + [typed[-1]] * count)[:count], seed)
    else:
        anchors = generator.z(count, seed)
    for place, times in st.session_state.get(ROLLS, {}).items():
        if place < count:
            anchors[place] = generator.z(1, 10**6 + 7919 * times + 101 * place + seed)[0]
    labels = stops(text, count, generator.classes)
    if start is not None:
        anchors[0] = start.z[0]
        if labels is not None and start.label is not None:
            labels[0] = F.one_hot(torch.tensor(start.label), generator.classes)
    return anchors, labels


def stops(text: str, count: int, classes: int) -> Tensor | None:
    """The class of each anchor, one-hot (count, classes); the last one typed stays to the end."""
    if not classes:
        return None
    typed = [int(c) for c in text if c.isdecimal() and int(c) < classes] or [0]
    whole = (typed + [typed[-1]] * count)[:count]
    return F.one_hot(torch.tensor(whole), classes).float()


def _show_anchors(
    generator: Generator, anchors: Tensor, labels: Tensor | None, seed: int, start: Start | None
) -> None:
    """The anchors in a row; a click gives one another z."""
    names = [f"anchor {k + 1}" for k in range(len(anchors))]
    if start is not None:
        names[0] = "the z that was found"
    picked = live_grid(
        key="walk-anchors",
        run=f"{generator.mark} {seed} {len(anchors)}",
        picture=to_png(sprite(generator.pictures(anchors, labels), len(anchors))),
        step=-1,
        rows=1,
        cols=len(anchors),
        title="Anchors",
        labels=names,
        max_width=96 * len(anchors),
        on_pick=lambda: None,
    )
    st.caption("Click one for another z." if start is None else "The first one is your picture.")
    if picked is not None and picked < len(anchors):
        rolls = st.session_state.setdefault(ROLLS, {})
        rolls[picked] = rolls.get(picked, 0) + 1
        if picked == 0:
            st.session_state.pop(START, None)
        st.rerun()


@st.cache_data(max_entries=40, show_spinner=False)
def _made(
    mark: str,
    anchors: NDArray[Any],
    shares: NDArray[Any] | None,
    frames: int,
    mode: str,
    loop: bool,
    _generator: Generator,
) -> Made:
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
    judge = load_judge()
    if pictures.shape[1:] == judge.shape:
        return judge.read(pictures).features
    return torch.from_numpy(pictures).flatten(1).float() / 255


def _unit(generator: Generator, pictures: NDArray[Any]) -> str:
    if generator.makes_points:
        return "step in the plane"
    return "step" if pictures.shape[1:] == load_judge().shape else "step in pixels"


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
        stride_words=_unit(generator, made["slerp"].frames),
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


def _smoothness(generator: Generator, made: dict[str, Made]) -> None:
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
    seen = "G(z)" if generator.makes_points else load_judge().name
    st.caption(
        "Steps are between neighbouring frames of this walk. The perceptual path length is the "
        f"whole space's: E|Δf|²/ε² over 300 random pairs, f = {seen}, ε = 0.01."
    )


@st.cache_data(max_entries=8, show_spinner="Measuring how smooth the space is.")
def _lengths(mark: str, _generator: Generator) -> dict[str, float] | None:
    """Perceptual path length by mode; None for pictures that the classifier cannot read."""
    del mark
    judge = load_judge()
    a, b = _generator.z(300, 11), _generator.z(300, 12)
    t = torch.rand(300, generator=torch.Generator().manual_seed(13))
    if _generator.makes_points:
        see = lambda z: _generator.net(z[None])[0]  # noqa: E731
    elif _generator.sample(1).shape[1:] != judge.shape:
        return None
    else:
        labels = _generator.checked_labels(300, None)
        see = lambda z: judge.features(_generator.net(z, labels))  # noqa: E731
    return {mode: path_length(see, a, b, t, mode) for mode in MODES}


def _files(made: dict[str, Made], loop: bool) -> None:
    """GIF and strip, made when they are wanted; the video is the film's own."""
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
