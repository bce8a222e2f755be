"""How digits were read, drawn: bars of one reading, the confusion table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette


def class_bars(shares: NDArray[Any] | Sequence[float], intended: int, dark: bool) -> go.Figure:
    """The probability of each class, (classes,), the intended one in G's colour."""
    colours = palette(dark)
    names = [str(c) for c in range(len(shares))]
    fills = [colours.G if c == intended else colours.muted for c in range(len(shares))]
    figure = go.Figure(
        go.Bar(
            x=names,
            y=np.asarray(shares, float),
            marker_color=fills,
            hovertemplate="%{x}: %{y:.1%}<extra></extra>",
        )
    )
    return _dressed(figure, dark).update_layout(
        height=190,
        yaxis={"range": [0, 1], "tickformat": ".0%", "gridcolor": _faint(dark), "nticks": 3},
        xaxis={"type": "category", "title": "read as"},
    )


def confusion_table(table: NDArray[Any] | Sequence[Sequence[int]], dark: bool) -> go.Figure:
    """Intended class down, read class across; (classes, classes) counts, shaded by share."""
    counts = np.asarray(table)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    colours = palette(dark)
    names = [str(c) for c in range(len(counts))]
    # Shares are shown on a root scale: a confusion of 1 % is what one looks for.
    figure = go.Figure(
        go.Heatmap(
            z=np.sqrt(shares),
            x=names,
            y=names,
            text=np.where(counts > 0, counts, "").astype(str),
            texttemplate="%{text}",
            customdata=shares,
            hovertemplate="meant %{y}, read %{x}: %{customdata:.1%}<extra></extra>",
            colorscale=[[0, colours.paper], [1, colours.accent]],
            showscale=False,
            xgap=1,
            ygap=1,
        )
    )
    return _dressed(figure, dark).update_layout(
        height=420,
        xaxis={"title": "read as", "type": "category", "side": "bottom"},
        yaxis={"title": "meant", "type": "category", "autorange": "reversed"},
    )


def _faint(dark: bool) -> str:
    return "rgba(255,255,255,0.12)" if dark else "rgba(0,0,0,0.08)"


def _dressed(figure: go.Figure, dark: bool) -> go.Figure:
    return figure.update_layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": palette(dark).ink},
        showlegend=False,
    )
