"""Points in the plane as a figure: a cloud and a few labelled points."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette


def labelled_points(
    points: NDArray[Any], names: Sequence[str], cloud: NDArray[Any], dark: bool
) -> go.Figure:
    """Points (N, 2) with their names over a cloud (M, 2), the last one marked as G's answer.

    A dotted line closes the parallelogram that the first three would make.
    """
    colours = palette(dark)
    figure = go.Figure()
    figure.add_scatter(
        x=cloud[:, 0],
        y=cloud[:, 1],
        mode="markers",
        marker={"size": 4, "color": colours.fake, "symbol": "diamond", "opacity": 0.35},
        hoverinfo="skip",
    )
    if len(points) == 4:
        fourth = points[0] - points[1] + points[2]
        corners = [points[0], points[1], points[2], fourth, points[0]]
        figure.add_scatter(
            x=[float(one[0]) for one in corners],
            y=[float(one[1]) for one in corners],
            mode="lines",
            line={"color": colours.muted, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
    last = len(points) - 1
    figure.add_scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="markers+text",
        text=list(names),
        textposition="top center",
        marker={
            "size": [14 if k == last else 11 for k in range(len(points))],
            "color": [colours.G if k == last else colours.ink for k in range(len(points))],
            "line": {"color": colours.paper, "width": 2},
        },
        hovertemplate="%{text}: %{x:.2f}, %{y:.2f}<extra></extra>",
    )
    faint = "rgba(255,255,255,0.12)" if dark else "rgba(0,0,0,0.08)"
    return figure.update_layout(
        height=460,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.ink},
        showlegend=False,
        xaxis={"gridcolor": faint, "zeroline": False},
        yaxis={"gridcolor": faint, "zeroline": False, "scaleanchor": "x"},
    )
