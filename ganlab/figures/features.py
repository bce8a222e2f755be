"""The features that a generator was given, and those that a classifier finds in its pictures."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette


def requested_and_found(requested: NDArray[Any], found: NDArray[Any], dark: bool) -> go.Figure:
    """Requested features (K,) as bars and those found as diamonds, in standard deviations."""
    colours = palette(dark)
    names = [str(k + 1) for k in range(len(requested))]
    figure = go.Figure(
        [
            go.Bar(
                x=names,
                y=np.asarray(requested, float),
                name="requested",
                marker_color=colours.muted,
                hovertemplate="feature %{x}: requested %{y:+.2f}<extra></extra>",
            ),
            go.Scatter(
                x=names,
                y=np.asarray(found, float),
                name="found",
                mode="markers",
                marker={"color": colours.G, "symbol": "diamond", "size": 9},
                hovertemplate="feature %{x}: found %{y:+.2f}<extra></extra>",
            ),
        ]
    )
    faint = "rgba(255,255,255,0.12)" if dark else "rgba(0,0,0,0.08)"
    return figure.update_layout(
        height=230,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.ink},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        xaxis={"type": "category", "title": "principal feature"},
        yaxis={"title": "deviations", "gridcolor": faint, "zerolinecolor": colours.muted},
    )
