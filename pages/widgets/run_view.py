"""A run to look at: progress, words, live charts and the grid of pictures.

The view is a fragment that runs twice a second while the run trains and stands still after.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.folder import Event
from ganlab.jobs.hub import View
from ganlab.jobs.info import RunInfo
from ganlab.registry import Loss, find
from pages.widgets.lab import hub, plainly
from pages.widgets.live_chart import (
    ABOUT_EQUILIBRIUM,
    NO_ZERO,
    Flag,
    Line,
    Series,
    equilibrium_lines,
    live_chart,
)
from pages.widgets.live_grid import Frame, live_grid
from pages.widgets.messages import badge, duration, number, sentence, setting
from pages.widgets.quality_curve import critics_distance, quality_curve
from pages.widgets.quality_view import quality_view
from pages.widgets.silence import polled

POLL_SECONDS = 0.5
RESTING_SECONDS = 2.0
"""Between two looks at a run that is paused: others may let it go on."""
ENDS_BADLY = ("failed", "lost", "diverged")
HISTORY = 60
"""Snapshots of a run that travel to the browser for the slider."""
ABOUT_ACCURACY = "Of the training batches, a mean over the steps since the point before."
ABOUT_GRADIENT = (
    "The norm over all of G's weights: compare it within a run, not between networks of different "
    "sizes."
)
HISTORY_SECONDS = 10.0
"""How old the history of a run that trains may be; its newest picture is always there."""


def about_accuracy(loss: Loss) -> str:
    """How to read how often D is right under this loss."""
    if loss.margin:
        return f"{ABOUT_ACCURACY} {NO_ZERO} 0 is the border here, the middle of the margin."
    if loss.critic:
        return f"{ABOUT_ACCURACY} {NO_ZERO} The border is the middle of both mean scores."
    return f"{ABOUT_ACCURACY} At 50 % either G has won or D knows nothing."


def run_view(run_id: str) -> None:
    """Show a run, live if it is under way."""
    with plainly():
        info = hub().view(run_id).info
        every = RESTING_SECONDS if info.state == "paused" else POLL_SECONDS
        polled(_watch, every if info.live else None)(run_id, info.state)


def _watch(run_id: str, state: str) -> None:
    try:
        view = hub().view(run_id)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    if view.info.state != state:
        st.rerun()  # other buttons are needed now, and perhaps no polling
    progress(view.info)
    if view.info.state in ENDS_BADLY and view.info.words:
        st.error(sentence(view.info.words), icon=":material/error:")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _charts(view)
    with right:
        _pictures(view)
        say_diagnosis(view.info)
    if view.info.step:
        quality_view(view.info)


def progress(info: RunInfo) -> None:
    """How far a run is, in one bar."""
    share = min(info.step / info.steps, 1.0) if info.steps else 0.0
    limit = info.config.get("seconds", 0.0)
    left = (info.steps - info.step) / info.speed if info.speed else 0.0
    if limit:
        share = max(share, min(info.seconds / limit, 1.0))
        left = min(left, limit - info.seconds)
    parts = [f"step {info.step:,} of {info.steps:,}"]
    if info.state == "running" and info.speed:
        parts.append(f"{info.speed * info.config['batch']:,.0f} pictures a second")
    if info.state == "running" and info.speed:
        parts.append(f"{duration(left)} left")
    elif info.seconds:
        parts.append(f"{duration(info.seconds)} of training")
    if info.device:
        parts.append(info.device.upper())
    st.progress(share, text=f"{badge(info.state)} " + " · ".join(parts))


def _charts(view: View) -> None:
    info = view.info
    run = f"{info.id}.{info.generation}"
    loss = find(Loss, info.config["loss"]["name"])
    lines = equilibrium_lines(loss, info.config["loss"])
    flags = knob_flags(view.events)
    common: dict[str, Any] = {"run": run, "columns": view.columns, "flags": flags}
    if loss.critic:
        critics_distance(view, flags)
        _quality(view, flags)
    live_chart(
        key=f"losses.{info.id}",
        series=[
            Series("d_loss", "D's loss", "D", sparse=True),
            Series("g_loss", "G's loss", "G", "dash", sparse=True),
        ],
        title="Losses",
        lines=lines,
        y_label=loss.unit,
        height=250,
        caption=ABOUT_EQUILIBRIUM if lines else "",
        **common,
    )
    live_chart(
        key=f"accuracy.{info.id}",
        series=[
            Series("d_real", "real called real", "real", sparse=True),
            Series("d_fake", "generated called generated", "fake", "dash", sparse=True),
        ],
        title="How often D is right",
        lines=[Line(0.5, "a coin's guess")],
        y_format="percent",
        smooth=True,
        height=210,
        caption=about_accuracy(loss),
        **common,
    )
    live_chart(
        key=f"gradient.{info.id}",
        series=[Series("g_gradient", "norm of G's gradient", "G", sparse=True)],
        title="What reaches G",
        log=True,
        y_label="gradient norm",
        height=180,
        caption=ABOUT_GRADIENT,
        **common,
    )
    if not loss.critic:
        _quality(view, flags)


def _quality(view: View, flags: list[Flag]) -> None:
    if not quality_curve(view, flags):
        st.caption("Here stands how good the pictures are, once that was measured twice.")


def knob_flags(events: Iterable[Event]) -> list[Flag]:
    """A flag for each knob that was turned, from what it was to what it became at that step."""
    turns: dict[tuple[int, str], tuple[Any, Any]] = {}
    for event in events:
        if event.kind == "knob":
            turn = json.loads(event.text)
            place = event.step, turn["name"]
            first, _ = turns.get(place, (turn["old"], None))
            turns[place] = first, turn["new"]
    return [
        Flag(step, f"{setting(name)}: {_said(old)} → {_said(new)}")
        for (step, name), (old, new) in turns.items()
        if old != new
    ]


def _said(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _pictures(view: View) -> None:
    info, record = view.info, hub().store.open(view.info.id)
    real = record.folder / "real.png"
    step, picture = view.sample if view.sample else (0, None)
    live_grid(
        key=f"grid.{info.id}",
        run=f"{info.id}.{info.generation}",
        picture=picture,
        step=step,
        rows=8,
        cols=8,
        title="The same 64 z, as G draws them",
        real=real.read_bytes() if real.is_file() else None,
        frames=picture_history(info),
        max_width=480,
    )


def picture_history(info: RunInfo) -> list[Frame]:
    """Evenly spread snapshots of a run, for the slider below its pictures."""
    return _history(info.id, info.generation, _moment(info))


def _moment(info: RunInfo) -> int:
    """When the history is read again: of a run that trains now and then, else where it stands."""
    return int(info.seconds / HISTORY_SECONDS) if info.state == "running" else info.step


@st.cache_data(max_entries=16, show_spinner=False)
def _history(run_id: str, generation: int, moment: int) -> list[Frame]:
    del generation, moment  # parts of the key
    record = hub().store.open(run_id)
    steps = record.sample_steps()
    if not steps:
        return []
    chosen = np.unique(np.linspace(0, len(steps) - 1, min(HISTORY, len(steps))).round().astype(int))
    found = (record.sample(steps[index]) for index in chosen)
    return [Frame(*sample) for sample in found if sample]


ICONS = {
    "good": ":green[:material/check_circle:]",
    "note": ":gray[:material/info:]",
    "warning": ":orange[:material/warning:]",
    "bad": ":red[:material/error:]",
}


def say_diagnosis(info: RunInfo) -> None:
    """What is going on, and what was found, worst first."""
    if info.words and info.state not in ENDS_BADLY:
        st.markdown(info.words)
    for finding in info.diagnosis:
        advice = f" *{finding['advice']}*" if finding["advice"] else ""
        st.markdown(f"{ICONS[finding['kind']]} {finding['sentence']}{advice}")
