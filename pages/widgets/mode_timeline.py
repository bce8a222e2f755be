"""Which mode each fixed z falls into, over time, for all panes of a race; it is their scrubber too.

A row is one z, in the order of their direction; a column is a step; grey is no mode at all. A GAN
that hops between modes is a picture of upright stripes, one that has settled is one of level bands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.figures.mode_colours import mode_colours
from pages.widgets.component import LiveComponent, nothing
from pages.widgets.delivery import Cursor, next_since

ROWS = 150
"""How many of the z are drawn."""
NONE = 255
"""A z that falls into no mode."""

_component = LiveComponent("mode_timeline")


def strips(places: NDArray[np.int8]) -> NDArray[np.uint8]:
    """(T, E, N) modes, -1 for none, as (T, E, R) uint8 with at most ROWS of the z."""
    chosen = np.unique(np.linspace(0, places.shape[-1] - 1, ROWS).round().astype(int))
    kept = places[..., chosen].astype(np.int16)
    return np.where(kept < 0, NONE, kept).astype(np.uint8)


def looked_at(key: str, run: str) -> int | None:
    """The step of the run that the viewer has gone back to on the strips of that key, or None."""
    chosen = _component.received(key).get("at")
    if not isinstance(chosen, Mapping) or chosen.get("run") != run:
        return None
    step = chosen.get("step")
    return int(step) if isinstance(step, int | float) else None


def mode_timeline(
    *,
    key: str,
    run: str,
    labels: Sequence[str],
    centres: Sequence[Sequence[float]],
    steps: Sequence[int],
    places: NDArray[np.int8],
    clock: str,
    playing: bool = False,
    height: int = 64,
) -> None:
    """Show the strips of all members; `looked_at` tells the step that the viewer has gone back to.

    places (T, E, N) belong to the steps (T,), ascending. clock is that of the panes' canvases.
    """
    received = _component.received(key)
    cursor: Cursor = st.session_state.setdefault(f"{key}.cursor", Cursor())
    last = int(steps[-1]) if len(steps) else None
    since = next_since(cursor, received, run, last)
    first = 0 if since is None else int(np.searchsorted(np.asarray(steps), since, side="right"))
    arrays: dict[str, NDArray[Any]] = {}
    if first < len(steps):
        arrays["places"] = strips(places[first:])
    header = {
        "run": run,
        "labels": list(labels),
        "centres": [[float(x), float(y)] for x, y in centres],
        "steps": [int(step) for step in steps[first:]],
        "since": since,
        "playing": playing,
        "pace": 0,
        "clock": clock,
        "strip": height,
        "light": mode_colours(centres, dark=False),
        "dark": mode_colours(centres, dark=True),
    }
    _component.mount(
        key=key,
        header=header,
        arrays=arrays,
        height=len(labels) * (height + 22) + 60,
        events={"at": nothing},
    )
