"""A line chart that takes increments: zoom, legend and crosshair survive every update.

The page hands over the columns it has; the browser is sent only what it may lack.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.errors import DataError
from ganlab.figures.theme import DARK, LIGHT, in_sequence
from ganlab.registry import Loss
from pages.widgets.component import LiveComponent
from pages.widgets.delivery import Cursor, next_since

Dash = Literal["solid", "dash", "dot", "dashdot"]
DASHES: tuple[Dash, ...] = ("solid", "dash", "dot", "dashdot")
IF_G_HAS_WON = "if G has won, or D knows nothing"
ABOUT_EQUILIBRIUM = (
    "Dotted: where both losses rest if G has won, and wherever D knows nothing. A G that has "
    "collapsed can lie on these lines, and a good one off them."
)
NO_ZERO = "Scores of this loss have no fixed zero: who is ahead cannot be read off them."
"""Said where D's answers are drawn of a critic or of a loss with a margin."""


@dataclass(frozen=True)
class Series:
    """One curve: a column of the rows and how it is called and drawn."""

    column: str
    label: str
    concept: str = ""
    """A colour of `ganlab.figures.theme.Palette` ('D', 'G', 'real', ...); otherwise by place."""
    dash: Dash | None = None
    """By place if left out, so that colour never stands alone."""
    sparse: bool = False
    """Measured now and then: rows without a value are passed over instead of marked as broken."""


@dataclass(frozen=True)
class Line:
    """A horizontal line to compare with, such as an equilibrium."""

    value: float
    label: str
    concept: str = ""


def equilibrium_lines(loss: Loss, values: Mapping[str, Any]) -> list[Line]:
    """Where both losses rest if G has won, with these values of the loss's parameters."""
    rest = loss.at_equilibrium(values)
    levels = [(level, who) for level, who in zip(rest, "DG", strict=False) if level is not None]
    if len(levels) == 2 and levels[0][0] == levels[1][0]:
        return [Line(levels[0][0], f"both {IF_G_HAS_WON}")]
    return [Line(level, f"{who} {IF_G_HAS_WON}", who) for level, who in levels]


@dataclass(frozen=True)
class Flag:
    """A vertical mark with a short text, such as an intervention."""

    step: int
    text: str


def increment(
    columns: Mapping[str, NDArray[Any]], names: Sequence[str], since: int | None
) -> dict[str, NDArray[Any]]:
    """The rows after `since`: "step" as float64 and each name as float32, NaN where it has none.

    columns: "step" (N,) ascending, and any others (N,); a name without a column is all NaN.
    """
    if columns and "step" not in columns:
        raise DataError(f"a chart's columns must hold 'step', got {', '.join(columns)}")
    step = np.asarray(columns.get("step", ()), dtype=np.float64)
    first = 0 if since is None else int(np.searchsorted(step, since, side="right"))
    rows: dict[str, NDArray[Any]] = {"step": step[first:]}
    for name in names:
        values = columns.get(name)
        if values is not None and len(values) != len(step):
            raise DataError(
                f"column {name!r} must have as many rows as 'step' ({len(step)}), got {len(values)}"
            )
        with np.errstate(over="ignore"):  # what float32 cannot hold is drawn as not finite
            rows[name] = (
                np.full(len(step) - first, np.nan, np.float32)
                if values is None
                else np.asarray(values[first:], dtype=np.float32)
            )
    return rows


def colours(concept: str, place: int) -> dict[str, str]:
    """The colour for light and dark pages of a concept, or of the place in the legend."""
    if concept:
        return {"light": getattr(LIGHT, concept), "dark": getattr(DARK, concept)}
    return {"light": in_sequence(place, False), "dark": in_sequence(place, True)}


def chart_header(
    *,
    run: str,
    series: Sequence[Series],
    title: str,
    since: int | None,
    columns: Collection[str],
    flags: Sequence[Flag] = (),
    lines: Sequence[Line] = (),
    **settings: Any,
) -> dict[str, Any]:
    """What goes to the browser with the rows; `columns` names those that the run has."""
    return {
        "run": run,
        "title": title,
        "since": since,
        "series": [
            {
                "column": one.column,
                "label": one.label,
                "dash": one.dash or DASHES[place % len(DASHES)],
                "sparse": one.sparse or one.column not in columns,
                **colours(one.concept, place),
            }
            for place, one in enumerate(series)
        ],
        "flags": [asdict(flag) for flag in flags],
        "lines": [
            {"value": line.value, "label": line.label}
            | (colours(line.concept, 0) if line.concept else {})
            for line in lines
        ],
        **settings,
    }


_component = LiveComponent("live_chart")


def rows_wanted_after(key: str, run: str) -> int | None:
    """The step after which the page should hold rows ready for this chart; None: from the start.

    For pages that do not keep whole runs at hand: read the rows after it and pass it as `since`.
    """
    cursor: Cursor = st.session_state.get(f"{key}.cursor", Cursor())
    ahead = Cursor(cursor.run, list(cursor.sent), cursor.answered)
    return next_since(ahead, _component.received(key), run, max(cursor.sent, default=0))


def live_chart(
    *,
    key: str,
    run: str,
    columns: Mapping[str, NDArray[Any]],
    series: Sequence[Series],
    title: str,
    flags: Sequence[Flag] = (),
    lines: Sequence[Line] = (),
    x_label: str = "step",
    y_format: Literal["number", "percent"] = "number",
    y_label: str = "",
    height: int = 260,
    since: int | None = None,
    log: bool = False,
    smooth: bool = False,
    empty: str = "The curve starts with the first step",
    caption: str = "",
) -> None:
    """Show the curves of a run; call it in a fragment, with the same key, as often as rows come.

    run      identity: the chart is cleared when it changes.
    columns  "step" ascending and one array for each series, all of the same length. They hold all
             rows after the step `since`, by default the whole run; {} before there are any. Rows
             of the browser's beyond the last one are dropped, so that an undone step disappears.
    series   one column each; NaN and infinite values are a break with a mark, never a zero.
    log, smooth   how the chart opens; the viewer may switch both.
    y_label  the unit; empty for a share and for what is named by the title.
    height   of the drawing in pixels, without title and legend.
    caption  how to read it, below.
    """
    cursor: Cursor = st.session_state.setdefault(f"{key}.cursor", Cursor())
    steps = columns.get("step", np.empty(0))
    last = int(steps[-1]) if len(steps) else None
    start = next_since(cursor, _component.received(key), run, last)
    # The page may hold fewer rows than the browser lacks: then the gap must show.
    if since is not None:
        start = since if start is None else max(start, since)
    header = chart_header(
        run=run,
        series=series,
        title=title,
        since=start,
        columns=columns,
        flags=flags,
        lines=lines,
        x_label=x_label,
        y_format=y_format,
        y_label=y_label,
        plot_height=height,
        log=log,
        smooth=smooth,
        empty=empty,
    )
    rows = increment(columns, [one.column for one in series], start)
    _component.mount(key=key, header=header, arrays=rows, height=height + 64)
    if caption:
        st.caption(caption)
