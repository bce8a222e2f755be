"""A picture whose places can be clicked, and where the generator looks when it draws one."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette

PIXELS = 320


def picture_with_places(picture: NDArray[Any], side: int, chosen: tuple[int, int]) -> go.Figure:
    """uint8 (C, H, W) under side×side invisible places to click; the chosen one is framed.

    A place's customdata is its row and column.
    """
    figure = _canvas(picture)
    step = picture.shape[1] / side
    rows, columns = np.divmod(np.arange(side**2), side)
    figure.add_scatter(
        x=(columns + 0.5) * step - 0.5,
        y=(rows + 0.5) * step - 0.5,
        mode="markers",
        marker={"size": PIXELS / side, "symbol": "square", "opacity": 0},
        customdata=np.stack([rows, columns], 1),
        hovertemplate="row %{customdata[0]}, column %{customdata[1]}<extra></extra>",
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        showlegend=False,
    )
    _frame(figure, chosen, step)
    return figure


def gaze(picture: NDArray[Any], weights: NDArray[Any], chosen: tuple[int, int]) -> go.Figure:
    """The picture, and over it where the chosen place looks: weights (side, side), summing to 1."""
    figure = _canvas(picture)
    side = len(weights)
    step = picture.shape[1] / side
    centres = (np.arange(side) + 0.5) * step - 0.5
    even = 1 / side**2
    figure.add_heatmap(
        x=centres,
        y=centres,
        z=weights / even,
        opacity=0.65,
        colorscale="Viridis",
        zmin=0,
        colorbar={"title": "× even", "thickness": 12},
        hovertemplate="%{z:.1f} times an even share<extra></extra>",
    )
    _frame(figure, chosen, step)
    return figure


def _canvas(picture: NDArray[Any]) -> go.Figure:
    shown = np.repeat(picture, 3 // len(picture), axis=0).transpose(1, 2, 0)
    figure = go.Figure(go.Image(z=shown, hoverinfo="skip"))
    figure.update_layout(
        width=PIXELS + 80,
        height=PIXELS,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
        xaxis={"visible": False, "range": [-0.5, picture.shape[2] - 0.5], "constrain": "domain"},
        yaxis={
            "visible": False,
            "range": [picture.shape[1] - 0.5, -0.5],
            "scaleanchor": "x",
            "constrain": "domain",
        },
    )
    return figure


def _frame(figure: go.Figure, chosen: tuple[int, int], step: float) -> None:
    top, left = (place * step - 0.5 for place in chosen)
    figure.add_shape(
        type="rect",
        x0=left,
        x1=left + step,
        y0=top,
        y1=top + step,
        line={"color": palette(dark=False).fake, "width": 3},
    )
