"""The anchors of a walk: draws of z with their classes, drawn again by a click."""

from typing import NamedTuple

import streamlit as st
import torch
from torch import Tensor
from torch.nn import functional as F

from ganlab.jobs.samples import sprite, to_png
from ganlab.latent.walks import surest
from ganlab.trained.generator import Generator
from pages.widgets.live_grid import live_grid

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


def set_out(start: Start) -> None:
    """Open the Walk panel with a walk from start; called by a button of another panel."""
    st.session_state[START] = start
    st.session_state["panel"] = "Walk"


def one_to_five(conditional: bool) -> None:
    """Set the controls to the smooth transition from 1 to 5."""
    st.session_state.pop(START, None)
    st.session_state.pop(ROLLS, None)
    st.session_state.update({"anchors": 2, "loop": False, "walk-seed": 0})
    st.session_state["classes" if conditional else "read-classes"] = "15"


def roll() -> None:
    """Other draws for all anchors."""
    st.session_state.pop(START, None)
    st.session_state.pop(ROLLS, None)
    st.session_state["walk-seed"] = (st.session_state["walk-seed"] + 1) % 10**6


def anchors_of(
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


def show_anchors(
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
