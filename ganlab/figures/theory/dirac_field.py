"""The Dirac-GAN's vector field with the path of the updates, animated by a moving point."""

import math

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette
from ganlab.figures.theory.frame import axis, frame, translucent

Array = NDArray[np.float64]


def reach(path: Array) -> float:
    """Half the side of the window that shows the path, up to 4."""
    return float(np.clip(1.15 * np.abs(path).max(), 1.6, 4.0))


def vector_field(
    theta: Array,
    psi: Array,
    flow: tuple[Array, Array],
    path: Array,
    smooth: Array,
    clip: float,
    dark: bool,
) -> go.Figure:
    """Arrows of the flow on a grid (theta, psi), the path of the updates, the flow's own path.

    Arrows start on the grid points, which are the first trace, so that a click can choose a start.
    """
    colours = palette(dark)
    limit = float(np.abs(theta).max())
    cell = 2 * limit / (theta.shape[0] - 1)
    speed = np.hypot(*flow)
    # Lengths grow with the square root of the speed, so that slow ones stay visible.
    length = 0.85 * cell * np.sqrt(speed / max(float(speed.max()), 1e-12))
    unit = np.divide(np.stack(flow), speed, out=np.zeros((2, *speed.shape)), where=speed > 1e-9)
    tips = np.stack([theta, psi]) + length * unit
    figure = go.Figure()
    figure.add_scatter(
        x=theta.ravel(),
        y=psi.ravel(),
        mode="markers",
        marker={"size": 14, "color": translucent(colours.muted, 0.001)},
        unselected={"marker": {"opacity": 0.001}},
        hovertemplate="start here: θ = %{x:.2f}, ψ = %{y:.2f}<extra></extra>",
        showlegend=False,
    )
    gaps = np.full(theta.size, np.nan)
    figure.add_scatter(
        x=np.column_stack([theta.ravel(), tips[0].ravel(), gaps]).ravel(),
        y=np.column_stack([psi.ravel(), tips[1].ravel(), gaps]).ravel(),
        mode="lines",
        line={"color": translucent(colours.muted, 0.65), "width": 1.2},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=tips[0].ravel(),
        y=tips[1].ravel(),
        mode="markers",
        marker={
            "symbol": "arrow",
            "size": 7,
            "angle": np.degrees(np.arctan2(unit[0], unit[1])).ravel(),
            "color": translucent(colours.muted, 0.8),
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="skip",
        showlegend=False,
    )
    if math.isfinite(clip) and clip < limit:
        for wall in (-clip, clip):
            figure.add_hline(
                y=wall,
                line={"color": colours.warning, "width": 1.5, "dash": "dash"},
                annotation={"text": f"clip {wall:+g}", "font": {"color": colours.warning}},
            )
    figure.add_scatter(
        x=smooth[:, 0],
        y=smooth[:, 1],
        mode="lines",
        name="infinitely small steps",
        line={"color": colours.good, "width": 1.8, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines+markers",
        name="the updates",
        line={"color": colours.D, "width": 2},
        marker={"size": 4.5, "color": colours.D},
        unselected={"marker": {"opacity": 1}},
        customdata=np.arange(len(path)),
        hovertemplate="step %{customdata}: θ = %{x:.3g}, ψ = %{y:.3g}<extra></extra>",
    )
    for name, point, symbol, colour in (
        ("start", path[0], "circle-open", colours.fake),
        ("end", path[-1], "star", colours.fake),
        ("equilibrium", (0, 0), "x-thin", colours.ink),
    ):
        figure.add_scatter(
            x=[point[0]],
            y=[point[1]],
            mode="markers",
            name=name,
            marker={
                "symbol": symbol,
                "size": 13,
                "color": colour,
                "line": {"width": 2.6 if symbol != "star" else 1, "color": colour},
            },
            unselected={"marker": {"opacity": 1}},
            hoverinfo="skip",
        )
    _walk(figure, path, dark)
    window = [-1.04 * limit, 1.04 * limit]
    figure.update_xaxes(axis(dark, "θ, where G puts its point", range=window, constrain="domain"))
    figure.update_yaxes(
        axis(
            dark,
            "ψ, the slope of D",
            range=window,
            scaleanchor="x",
            constrain="domain",
            constraintoward="top",
        )
    )
    return frame(figure, dark, 540, hovermode="closest", dragmode=False)


def _walk(figure: go.Figure, path: Array, dark: bool) -> None:
    """A point that walks the path when its button is pressed, at most 120 frames."""
    colours = palette(dark)
    walker = sum(1 for _ in figure.select_traces())
    figure.add_scatter(
        x=[path[0, 0]],
        y=[path[0, 1]],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={
            "size": 15,
            "color": colours.warning,
            "line": {"color": colours.paper, "width": 2},
        },
        unselected={"marker": {"opacity": 1}},
        visible=True,
        opacity=0,
    )
    stops = np.unique(np.linspace(0, len(path) - 1, min(len(path), 120)).astype(int))
    figure.frames = [
        go.Frame(
            data=[{"type": "scatter", "x": [path[i, 0]], "y": [path[i, 1]], "opacity": 1}],
            traces=[walker],
        )
        for i in stops
    ]
    play = {
        "frame": {"duration": 50, "redraw": False},
        "transition": {"duration": 0},
        "fromcurrent": False,
    }
    figure.update_layout(
        updatemenus=[
            {
                "type": "buttons",
                "showactive": False,  # the first would be white, whatever the theme
                "x": 0.01,
                "y": 0.01,
                "xanchor": "left",
                "yanchor": "bottom",
                "pad": {"l": 4, "b": 4},
                "bgcolor": colours.paper,
                "bordercolor": colours.muted,
                "font": {"color": colours.ink, "size": 13},
                "buttons": [{"label": "▶ Walk", "method": "animate", "args": [None, play]}],
            }
        ]
    )
