"""The playground's canvas: real and fake points, D's landscape and G's manifold in motion.

Frames come in batches, as often as the page is polled, and are replayed smoothly between two polls
by the browser. Layers are switched by their legend; the same canvas lets people draw points.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.figures.theme import DARK, LIGHT
from ganlab.jobs.info import RunInfo
from pages.widgets.canvas_frames import (
    CanvasFrame,
    Extent,
    drawn_points,
    frame_batch,
    quantised,
    thinned,
)
from pages.widgets.component import LiveComponent, nothing
from pages.widgets.delivery import OVERLAP, Cursor, Ledger, next_since, unsent

Layer = Literal["real", "fake", "landscape", "manifold", "arrows"]
SHOWN: tuple[Layer, ...] = ("real", "fake", "landscape")
MOST_FRAMES = 80
"""Frames in one message: a browser that has none yet gets the run's past thinned out."""


@dataclass(frozen=True)
class CanvasAnswer:
    """What the viewer has done on the canvas."""

    points: NDArray[np.float32] | None = None
    """(n, 2) points, in the one run of the script after 'Use these points'."""
    at: int | None = None
    """The step that the viewer has gone back to on the canvas's own slider; None: the newest."""


def nothing_yet(info: RunInfo, first: str) -> str:
    """What an empty canvas says of a run: what it waits for, or what to do first."""
    if info.state == "queued":
        return "Waiting for a free place to train…"
    return "The worker is starting…" if info.live else first


def average_of(rates: Sequence[float]) -> str:
    """Over which steps GANs with these rates average their G; '' where none averages.

    A rate of 1 weighs all steps equally, any other about the last 1 / (1 - rate).
    """
    spans = [
        "all its steps" if rate >= 1 else f"about its last {1 / (1 - rate):,.0f} steps"
        for rate in sorted(set(rates))
        if rate
    ]
    if not spans:
        return ""
    some = "" if all(rates) else ", of those GANs that average"
    return f"an average over {' or '.join(spans)}{some}"


def choose_generator(
    info: RunInfo, rates: Sequence[float], frames: Sequence[CanvasFrame], key: str
) -> Literal["averaged", "now"]:
    """A switch between the averaged G and G itself with a caption that says which one is shown.

    A run that rests shows G itself, which a step moves; one that trains or has ended the average.
    rates: the setting `ema` of each GAN that is shown.
    """
    behind = average_of(rates)
    if not behind:
        return "averaged"
    if not any("fake_now" in frame.arrays for frame in frames):
        st.caption(f"Shown and measured: the averaged G, {behind}.")
        return "averaged"
    rests = info.state == "paused" and bool(info.id)
    chosen = st.segmented_control(
        "Which G is shown",
        ["averaged G", "G now"],
        default="G now" if rests else "averaged G",
        required=True,
        key=f"{key}.{'resting' if rests else 'moving'}",
        label_visibility="collapsed",
    )
    if chosen == "G now":
        st.caption(f"Shown: G as it is at this step. The measures are of the averaged G, {behind}.")
        return "now"
    st.caption(f"Shown and measured: the averaged G, {behind}, which one step hardly moves.")
    return "averaged"


def colours(dark: bool) -> dict[str, str]:
    """The colour of each concept on the canvas."""
    palette = DARK if dark else LIGHT
    return {"real": palette.real, "fake": palette.fake, "G": palette.G, "D": palette.D}


_component = LiveComponent("playground_canvas")


def playground_canvas(
    *,
    key: str,
    run: str,
    extent: Extent,
    real: NDArray[Any] | None = None,
    frames: Sequence[CanvasFrame] = (),
    playing: bool = False,
    at: int | None = None,
    layers: Collection[Layer] = SHOWN,
    emphasis: Collection[Layer] = (),
    pace: int = 0,
    landscape_as: Literal["probability", "score"] = "probability",
    of: Literal["averaged", "now"] = "averaged",
    clock: str = "",
    history: bool = False,
    legend: bool = True,
    mode: Literal["watch", "draw"] = "watch",
    drawn: NDArray[Any] | None = None,
    most_points: int = 600,
    title: str = "",
    max_height: int = 560,
    on_points: Callable[[], None] | None = None,
    on_at: Callable[[], None] | None = None,
    empty: str = "Press play: the points of G appear with the first step",
) -> CanvasAnswer:
    """Show a run of points; call it in a fragment, with the same key, as often as frames come.

    run       identity: the canvas is cleared when it changes.
    extent    (left, right, bottom, top) of the plane that is seen.
    real      (N, 2) real points.
    frames    ascending in step, the newest last; pass those at hand, the browser is sent what it
              lacks. It drops frames of its own after the newest, so that an undone step moves back.
    playing   False: the motion ends at the newest frame and rests there.
    at        shows the stored frame nearest to that step instead, until it is None again.
    layers    those shown at first; the viewer switches them in the legend.
    emphasis  layers that stay bright while the others step back, for slow motion; empty: none.
    pace      milliseconds of the way to the newest frame, for slow motion; 0: as fast as they come.
    landscape_as   how the landscape opens; the viewer may switch. Without a probability, as for a
              Wasserstein critic, pass 'score' and each frame's `boundary`.
    of        whose points, manifold and arrows are shown: the averaged G's or G's as it is now.
              Frames that hold one alone show that one.
    clock     canvases of one page with the same name show the same step at the same time, and the
              same layers: then the `legend` of one is enough, or a `pane_legend` for all.
    history   a slider below, over the frames that the browser holds.
    mode      'draw' turns the canvas into paper: brush, eraser, undo, clear; `drawn` (n, 2) is
              what lies on it at first, `most_points` what fits.
    on_points, on_at   called before the script runs again with a drawing, or another step chosen.
    """
    received = _component.received(key)
    cursor: Cursor = st.session_state.setdefault(f"{key}.cursor", Cursor())
    ledger: Ledger = st.session_state.setdefault(f"{key}.ledger", Ledger())
    last = frames[-1].step if frames else None
    # While frames keep coming a lost message is noticed and asked for. The last ones before a pause
    # have no successor that would show the gap, so at rest they are sent again.
    since = next_since(cursor, received, run, last, overlap=1 if playing else OVERLAP)
    fresh = [frame for frame in frames if since is None or frame.step > since]
    entries, arrays = frame_batch(thinned(fresh, MOST_FRAMES), extent)
    still: dict[str, tuple[str, NDArray[Any]]] = {}
    for name, points in (("real", real), ("drawn", drawn)):
        if points is not None:
            small = quantised(np.asarray(points).reshape(-1, 2), extent)
            mark = hashlib.sha1(small.tobytes(), usedforsecurity=False).hexdigest()[:12]
            still[name] = (f"{name} {mark}", small)
    sending = unsent(ledger, received, run, [mark for mark, _ in still.values()])
    arrays |= {name: small for name, (mark, small) in still.items() if mark in sending}
    header = {
        "run": run,
        "extent": [float(side) for side in extent],
        "frames": entries,
        "since": since,
        "still": {name: mark for name, (mark, _) in still.items()},
        "playing": playing,
        "at": at,
        "layers": list(layers),
        "emphasis": list(emphasis),
        "pace": pace,
        "landscape_as": landscape_as,
        "of": of,
        "clock": clock,
        "history": history,
        "legend": legend,
        "mode": mode,
        "most_points": most_points,
        "title": title,
        "max_height": max_height,
        "empty": empty,
        "light": colours(dark=False),
        "dark": colours(dark=True),
    }
    result = _component.mount(
        key=key,
        header=header,
        arrays=arrays,
        height=max_height // 2,
        events={"points": on_points or nothing, "at": on_at or nothing},
    )
    points, chosen = result.get("points"), result.get("at")
    return CanvasAnswer(
        points=None if points is None else drawn_points(points, extent, most_points),
        at=int(chosen) if isinstance(chosen, (int, float)) else None,
    )
