"""Several runs on one chart."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import in_sequence, palette
from ganlab.formatting import PERCENT

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
DRAWN = 200
"""Points of a curve: means, so that the noise of single ticks does not hide its way."""

Curve = tuple[str, NDArray[Any], NDArray[Any]]
"""A label, where the values stand and the values, both (rows,)."""


def curves(
    runs: Sequence[Curve],
    title: str,
    x_title: str,
    dark: bool,
    log: bool = False,
    percent: bool = False,
    legend: bool = False,
    height: int = 260,
) -> go.Figure:
    """One line a run, each with its own colour and dash; long ones are averaged down."""
    colours = palette(dark)
    figure = go.Figure()
    value = f"%{{y:.1f}}{PERCENT}" if percent else "%{y:.4g}"
    for place, (label, x, y) in enumerate(runs):
        at, value = averaged(x, y)
        figure.add_scatter(
            x=at,
            y=100 * value if percent else value,
            name=label,
            mode="lines",
            line={
                "color": in_sequence(place, dark),
                "dash": DASHES[place % len(DASHES)],
                "width": 2,
            },
            hovertemplate=f"{value}<extra>{label}</extra>",
        )
    faint = {"gridcolor": colours.muted + "33", "zeroline": False, "linecolor": colours.muted}
    figure.update_layout(
        title={"text": title, "x": 0, "xanchor": "left", "font": {"size": 15}},
        height=height + (40 if legend else 0),
        margin={"l": 8, "r": 8, "t": 44 if not legend else 84, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.ink, "size": 12},
        hovermode="x",
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(title=x_title, **faint)
    figure.update_yaxes(
        type="log" if log else "linear",
        tickformat="~g",
        ticksuffix=PERCENT if percent else "",
        dtick=_ticks(runs) if log else None,
        nticks=6,
        **faint,
    )
    return figure


def _ticks(runs: Sequence[Curve]) -> float | str:
    """Of a logarithmic axis: whole decades, or 1, 2 and 5 of each where there are few."""
    values = np.concatenate([np.abs(y[np.isfinite(y) & (y > 0)]) for _, _, y in runs])
    return 1 if not len(values) or values.max() > 100 * values.min() else "D2"


def averaged(x: NDArray[Any], y: NDArray[Any], most: int = DRAWN) -> tuple[NDArray[Any], ...]:
    """At most `most` points: means of equally many neighbours; rows without a value are left out.

    x, y: (rows,) -> both (points,).
    """
    there = np.isfinite(y) & np.isfinite(x)
    x, y = np.asarray(x, float)[there], np.asarray(y, float)[there]
    if len(x) <= most:
        return x, y
    edges = np.linspace(0, len(x), most + 1).round().astype(int)[:-1]
    counts = np.diff([*edges, len(x)])
    return np.add.reduceat(x, edges) / counts, np.add.reduceat(y, edges) / counts
