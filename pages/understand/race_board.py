"""The panes of a race, and the board beside them: curves, table, and who leads in words."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Literal

import numpy as np
import streamlit as st

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.figures.theme import in_sequence
from ganlab.formatting import percent
from ganlab.metrics.ranking import RANKINGS, collapsed, ideals, suspicion, verdict
from ganlab.registry import Loss, find
from pages.widgets.component import LiveComponent
from pages.widgets.lab import PLAYGROUND
from pages.widgets.live_chart import DASHES, Line, Series, live_chart
from pages.widgets.messages import number, setting
from pages.widgets.playground_canvas import (
    choose_generator,
    colours,
    nothing_yet,
    playground_canvas,
)
from pages.widgets.race_scenes import RaceScene, pane_address

IN_A_ROW = 4
"""Panes beside each other; more go into the next row."""
MOST_NAMED = 6
"""Settings that a pane's caption names."""
ENDED = ("finished", "stopped", "diverged")

_legend = LiveComponent("pane_legend", style="playground_canvas.css")


# --- panes ----------------------------------------------------------------------------------------


def panes(now: RaceScene, clock: str, at: int | None) -> None:
    """A plane for each member, all at the same step; at is the one gone back to, if so."""
    members = now.members
    # All panes show D alike, so that their colours can be compared.
    known = all(find(Loss, one.loss.name).probability for one in members)
    # From the bottom up panes are of one height: a long name leaves the canvases level.
    count = len(now.labels)
    newest = [frame for k in range(count) for frame in now.frames(k)[-1:]]
    which = choose_generator(now.info, [one.ema for one in members], newest, "which-g")
    for first in range(0, count, IN_A_ROW):
        row = range(first, min(first + IN_A_ROW, count))
        width = min(count, IN_A_ROW)
        columns = st.columns(width, gap="small", vertical_alignment="bottom")
        for column, k in zip(columns, row, strict=False):
            with column:
                _pane(now, k, clock, at, which, known)
        for column, k in zip(st.columns(width, gap="small"), row, strict=False):
            column.caption(f"**{now.labels[k]}**: {under_a_pane(now, k, members, at)}")
    # One legend for all canvases of the clock: layers, and the landscape's colours.
    header = {"clock": clock, "light": colours(dark=False), "dark": colours(dark=True)}
    _legend.mount(key="legend", header=header, arrays={}, height=34)


def _pane(
    now: RaceScene,
    k: int,
    clock: str,
    at: int | None,
    which: Literal["averaged", "now"],
    known: bool,
) -> None:
    label = now.labels[k]
    st.html(_heading(k, label))
    st.markdown(_badges(now, k, now.scores(at)[k]))
    playground_canvas(
        key=f"pane.{k}",
        run=f"{now.run}.{k}",
        extent=now.extent,
        real=now.real,
        frames=now.frames(k),
        playing=now.info.state == "running",
        landscape_as="probability" if known else "score",
        of=which,
        clock=clock,
        legend=False,
        max_height=340,
        empty=nothing_yet(now.info, "Press Start"),
    )
    # A link, which the browser follows by itself: a button in a fragment that runs again and
    # again may be brought back here by a request that is still on its way.
    st.page_link(
        PLAYGROUND,
        label="Open in the Playground",
        icon=":material/open_in_new:",
        disabled=not now.moments,
        help=f"{label} alone, with its weights, its seed and its past, at the step that "
        "you look at. The race rests meanwhile.",
        query_params=pane_address(now.info.id, k, at),
    )


def under_a_pane(now: RaceScene, place: int, members: Sequence[RunConfig], at: int | None) -> str:
    """How far it is, what that cost, and what it has other than the first."""
    step = now.info.step if at is None else at
    parts = [f"{step:,} steps"]
    costs = now.info.step_costs
    if place < len(costs) and costs[place]:
        parts.append(f"{step * costs[place]:,.1f} CPU s")
    if not place:
        return " · ".join(parts) + ". The others are compared with it."
    differs = what_differs(members[0], members[place]) or ["nothing"]
    if (more := len(differs) - MOST_NAMED) > 1:
        differs = [*differs[:MOST_NAMED], f"and {more} settings more"]
    return " · ".join(parts) + f". What differs: {', '.join(differs)}."


def what_differs(first: RunConfig, other: RunConfig) -> list[str]:
    """The settings that the other does not share, but for defaults of what it chose itself."""
    found = first.difference(other)
    chosen = {path: new for path, (_, new) in found.items() if isinstance(new, str)}
    try:
        usual = first.with_values({p: new for p, new in chosen.items() if "." not in p}).flat()
    except ConfigError:
        usual = {}
    return [
        f"{setting(path)} {number(new) if isinstance(new, float) else new if new != '' else 'none'}"
        for path, (old, new) in found.items()
        if new is not None and not (old is None and usual.get(path) == new)
    ]


def _heading(place: int, label: str) -> str:
    """A label with the line that its curve has."""
    colour = in_sequence(place, st.context.theme.type == "dark")
    dash = DASHES[place % len(DASHES)]
    line = {"solid": "solid", "dash": "dashed", "dot": "dotted", "dashdot": "double"}[dash]
    return (
        '<div style="display:flex;align-items:center;gap:8px;font-weight:600">'
        f'<span style="width:28px;border-top:4px {line} {colour}"></span>'
        f"<span>{escape(label)}</span></div>"
    )


def _badges(now: RaceScene, place: int, scores: dict[str, float]) -> str:
    """What a member reaches now."""
    if place in now.info.lost:
        return f":red-badge[diverged by step {now.info.lost[place]:,}]"
    modes, there = scores.get("modes", math.nan), len(now.info.centres)
    if math.isnan(modes):
        return ":gray-badge[not measured yet]"
    colour = "green" if modes >= there else "orange" if modes > there / 2 else "red"
    parts = [f":{colour}-badge[{modes:.0f} of {there} modes]"]
    parts.append(f":gray-badge[{percent(scores['high_quality'])} of high quality]")
    return " ".join(parts)


# --- the board ------------------------------------------------------------------------------------


def board(now: RaceScene, at: int | None) -> None:
    """Curves by the measure that is picked, the verdict, and all measures in a table."""
    there = len(now.info.centres)
    if not there:
        if now.info.step:  # before it, nobody knows
            st.info("These data have no modes to count: choose data with modes for the board.")
        return
    picked = st.segmented_control(
        "Measure",
        list(RANKINGS),
        default="modes",
        required=True,
        format_func=lambda name: RANKINGS[name].title,
        key="measure",
        label_visibility="collapsed",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        curves(now, picked)
    scores = now.scores(at)
    with right:
        said = verdict(picked, now.labels, scores, there, now.info.bounds, now.info.state in ENDED)
        where = "" if at is None else f" *(at step {at:,})*"
        st.markdown(f":material/trophy: {said}{where}")
        for label, one in zip(now.labels, scores, strict=True):
            if found := suspicion(one, now.info.bounds):
                st.markdown(f":orange[:material/compress:] **{label}**: {found}.")
    st.markdown(table(now.labels, scores, there, now.info.bounds, picked))
    st.caption(
        "Each on 2,500 samples. *Exact samples* are as many drawn from the data themselves: the "
        "ceiling of modes and of quality, the floor of reverse KL. *One point on one mode* is the "
        "other end, a total collapse: its quality is perfect."
    )


def curves(now: RaceScene, picked: str) -> None:
    """One measure of all members over the steps, with what exact samples reach."""
    measure = RANKINGS[picked]
    columns = {"step": now.columns.get("step", np.empty(0))}
    table = now.columns.get(picked)
    for k in range(len(now.labels)):
        if table is not None:
            columns[f"m{k}"] = table[:, k]
    there, bounds = len(now.info.centres), now.info.bounds
    lines = []
    if (limit := ideals(there, bounds).get(picked)) is not None:
        lines.append(Line(limit, measure.ideal))
    if measure.other:
        lines.append(Line(collapsed(there, bounds)[picked], measure.other))
    live_chart(
        key=f"curves.{picked}",
        run=f"{now.run}.{picked}",
        columns=columns if table is not None else {},
        series=[Series(f"m{k}", label, sparse=True) for k, label in enumerate(now.labels)],
        title=measure.title,
        lines=lines,
        y_format="percent" if measure.percent else "number",
        log=measure.logarithmic,
        height=220,
        empty="Measured a few times a second on 2,500 samples",
        caption=measure.help,
    )


def table(
    labels: Sequence[str],
    scores: Sequence[dict[str, float]],
    modes: int,
    bounds: dict[str, float],
    picked: str,
) -> str:
    """Every measure of every member in Markdown; both ends of each measure in the last rows."""
    names = {name: one.short for name, one in RANKINGS.items()}
    heads = [f":violet[{head}]" if name == picked else head for name, head in names.items()]
    lines = ["| | " + " | ".join(heads) + " |", "|:--|" + "--:|" * len(names)]
    for label, one in zip(labels, scores, strict=True):
        cells = [_cell(name, one.get(name, math.nan)) for name in names]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    for label, end in (
        ("exact samples", ideals(modes, bounds)),
        ("one point on one mode", collapsed(modes, bounds)),
    ):
        cells = [_cell(name, end.get(name, math.nan)) for name in names]
        lines.append(f"| *{label}* | " + " | ".join(f"*{cell}*" for cell in cells) + " |")
    return "\n".join(lines)


def _cell(name: str, value: Any) -> str:
    if not math.isfinite(value):
        return "–"
    if name == "modes":
        return f"{value:.0f}"
    if name.startswith("high"):
        return percent(value, 1)
    return f"{value:.4f}" if name == "reverse_kl" and value < 0.1 else f"{value:.2f}"
