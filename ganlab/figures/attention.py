"""A picture with places to click, and the attention map of the place that was chosen."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette

PIXELS = 290
"""Height of both figures: they are compared, so they are of one size."""
DIMMED = 0.45
"""How much of the picture's light is left under the map."""


def picture_with_places(
    picture: NDArray[Any], side: int, chosen: tuple[int, int], dark: bool = False
) -> go.Figure:
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
        customdata=np.stack([rows + 1, columns + 1], 1),
        hovertemplate="row %{customdata[0]}, column %{customdata[1]}<extra></extra>",
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        showlegend=False,
    )
    _frame(figure, chosen, step, dark)
    return figure


def attention_overlay(
    picture: NDArray[Any], weights: NDArray[Any], chosen: tuple[int, int], dark: bool = False
) -> go.Figure:
    """The dimmed picture with the attention weights of the chosen place on top.

    weights: (side, side), summing to 1. The largest weight has the full colour; hovering shows the
    share of each place.
    """
    figure = _canvas((picture * DIMMED).astype(np.uint8))
    side = len(weights)
    step = picture.shape[1] / side
    centres = (np.arange(side) + 0.5) * step - 0.5
    colour = _channels(palette(dark=True).fake)  # on a picture, whatever the page's background is
    figure.add_heatmap(
        x=centres,
        y=centres,
        z=100 * weights,
        colorscale=[[0.0, f"rgba({colour},0)"], [1.0, f"rgba({colour},0.95)"]],
        zmin=0,
        showscale=False,
        hovertemplate="%{z:.1f} % of what it gathers<extra></extra>",
    )
    _frame(figure, chosen, step, dark)
    return figure


def half_of(weights: NDArray[Any]) -> int:
    """The smallest number of places that hold half of the attention; weights of any shape."""
    falling = np.sort(weights, axis=None)[::-1].cumsum()
    return int(np.searchsorted(falling, 0.5 * falling[-1])) + 1


def _canvas(picture: NDArray[Any]) -> go.Figure:
    shown = np.repeat(picture, 3 // len(picture), axis=0).transpose(1, 2, 0)
    figure = go.Figure(go.Image(z=shown, hoverinfo="skip"))
    figure.update_layout(
        height=PIXELS,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        xaxis={
            "visible": False,
            "range": [-0.5, picture.shape[2] - 0.5],
            "constrain": "domain",
            "constraintoward": "left",
        },
        yaxis={
            "visible": False,
            "range": [picture.shape[1] - 0.5, -0.5],
            "scaleanchor": "x",
            "constrain": "domain",
            "constraintoward": "top",
        },
    )
    return figure


def _channels(colour: str) -> str:
    return ",".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))


def _frame(figure: go.Figure, chosen: tuple[int, int], step: float, dark: bool) -> None:
    top, left = (place * step - 0.5 for place in chosen)
    figure.add_shape(
        type="rect",
        x0=left,
        x1=left + step,
        y0=top,
        y1=top + step,
        line={"color": palette(dark).real, "width": 3},
    )
