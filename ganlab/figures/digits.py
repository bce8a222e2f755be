"""Figures of a classifier's readings of digits: class probabilities and the confusion table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import LIGHT, palette
from ganlab.formatting import PERCENT


def class_bars(shares: NDArray[Any] | Sequence[float], intended: int, dark: bool) -> go.Figure:
    """The probability of each class, (classes,), the intended one in G's colour."""
    colours = palette(dark)
    names = [str(c) for c in range(len(shares))]
    fills = [colours.G if c == intended else colours.muted for c in range(len(shares))]
    figure = go.Figure(
        go.Bar(
            x=names,
            y=100 * np.asarray(shares, float),
            marker_color=fills,
            hovertemplate=f"%{{x}}: %{{y:.1f}}{PERCENT}<extra></extra>",
        )
    )
    return _dressed(figure, dark).update_layout(
        height=190,
        yaxis={"range": [0, 100], "ticksuffix": PERCENT, "gridcolor": _faint(dark), "nticks": 3},
        xaxis={"type": "category", "title": "read as"},
    )


def confusion_table(table: NDArray[Any] | Sequence[Sequence[int]], dark: bool) -> go.Figure:
    """Intended classes as rows, read classes as columns; (classes, classes) counts."""
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
            customdata=100 * shares,
            hovertemplate=f"meant %{{y}}, read %{{x}}: %{{customdata:.1f}}{PERCENT}<extra></extra>",
            # The light palette's accent in both: it is dark enough for white numbers.
            colorscale=[[0, colours.paper], [1, LIGHT.accent]],
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


def paired_accuracies(alone: Sequence[float], both: Sequence[float], dark: bool) -> go.Figure:
    """Test accuracies of two trainings by seed: a thin line joins a pair, bars are ± one deviation.

    both may still lack its last seed.
    """
    colours = palette(dark)
    names = ["real digits alone", "real and generated"]
    figure = go.Figure()
    for seed, (one, other) in enumerate(zip(alone, both, strict=False)):
        figure.add_scatter(
            x=names,
            y=[100 * one, 100 * other],
            mode="lines+markers",
            line={"color": colours.muted, "width": 1},
            marker={"size": 6, "color": colours.muted},
            opacity=0.75,
            hovertemplate=f"seed {seed}: %{{y:.2f}}{PERCENT}<extra></extra>",
        )
    for name, values, colour, symbol in (
        (names[0], alone, colours.real, "circle"),
        (names[1], both, colours.G, "diamond"),
    ):
        if not len(values):
            continue
        spread = 100 * float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        figure.add_scatter(
            x=[name],
            y=[100 * float(np.mean(values))],
            error_y={"array": [spread], "thickness": 2, "width": 10, "color": colour},
            mode="markers",
            marker={"size": 13, "color": colour, "symbol": symbol},
            hovertemplate=f"mean %{{y:.2f}} ± {spread:.2f}{PERCENT}<extra></extra>",
        )
    return _dressed(figure, dark).update_layout(
        height=320,
        xaxis={"type": "category", "categoryarray": names, "range": [-0.6, 1.6]},
        yaxis={"ticksuffix": PERCENT, "gridcolor": _faint(dark), "title": "test accuracy"},
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
