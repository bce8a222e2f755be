"""The Dirac-GAN drawn: its field with a path, its eigenvalues, its distance, its step sizes."""

import math
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ganlab.figures.dynamics.frame import axis, cell, frame, series, translucent
from ganlab.figures.theme import palette

Array = NDArray[np.float64]

UPDATE_DASHES = ("solid", "dash", "dot", "dashdot")


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
    # Lengths grow with the square root of the speed, so that slow places still show their way.
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


def eigenvalue_planes(
    continuous: NDArray[np.complex128],
    discrete: NDArray[np.complex128],
    locus: NDArray[np.complex128] | None,
    critical: NDArray[np.complex128] | None,
    dark: bool,
) -> go.Figure:
    """Eigenvalues of the flow (left half plane settles) and of one update (unit disc settles).

    locus: where the flow's eigenvalues go as its parameter grows; critical: where the turn ends.
    """
    colours = palette(dark)
    figure = make_subplots(
        1,
        2,
        horizontal_spacing=0.14,
        subplot_titles=("Flow: left settles", "Update: inside settles"),
    )
    good = translucent(colours.good, 0.10)
    span = max(1.25, 1.2 * float(np.abs(continuous).max()))
    figure.add_shape(
        type="rect", x0=-9, x1=0, y0=-9, y1=9, fillcolor=good, line_width=0, layer="below",
        row=1, col=1,
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": colours.good, "width": 2}, **cell(1))
    figure.add_shape(
        type="circle", x0=-1, x1=1, y0=-1, y1=1, fillcolor=good, layer="below",
        line={"color": colours.good, "width": 2}, row=1, col=2,
    )  # fmt: skip
    if locus is not None:
        figure.add_scatter(
            x=np.real(locus).ravel(),
            y=np.imag(locus).ravel(),
            mode="markers",
            marker={"size": 2.5, "color": translucent(colours.D, 0.55)},
            hoverinfo="skip",
            row=1,
            col=1,
        )
    if critical is not None:
        figure.add_scatter(
            x=np.real(critical),
            y=np.imag(critical),
            mode="markers",
            marker={
                "symbol": "diamond-open",
                "size": 13,
                "color": colours.warning,
                "line": {"width": 2},
            },
            hovertemplate="critical: %{x:.3f}<extra></extra>",
            row=1,
            col=1,
        )
    for column, values in ((1, continuous), (2, discrete)):
        settled = values.real < -1e-9 if column == 1 else np.abs(values) < 1 - 1e-9
        circling = np.abs(values.real) <= 1e-9 if column == 1 else np.abs(np.abs(values) - 1) < 1e-9
        colour = np.select([settled, circling], [colours.good, colours.warning], colours.bad)
        figure.add_scatter(
            x=values.real,
            y=values.imag,
            mode="markers",
            marker={
                "symbol": np.select([settled, circling], ["circle", "diamond"], "x"),
                "size": 11,
                "color": colour,
                "line": {"color": colours.paper, "width": 1.2},
            },
            customdata=np.abs(values),
            hovertemplate="%{x:.3f} + %{y:.3f}i, |λ| = %{customdata:.4f}<extra></extra>",
            row=1,
            col=column,
        )
    wide = max(1.35, 1.15 * float(np.abs(discrete).max()))
    figure.update_xaxes(axis(dark, "Re λ", nticks=5))
    figure.update_yaxes(axis(dark, nticks=5))
    figure.update_yaxes(title_text="Im λ", col=1)
    for column, half in ((1, span), (2, wide)):
        figure.update_xaxes(range=[-half, half], constrain="domain", col=column)
        figure.update_yaxes(
            range=[-half, half], scaleanchor=f"x{column}", constrain="domain", col=column
        )
    frame(figure, dark, 340, showlegend=False, margin={"l": 8, "r": 8, "t": 34, "b": 8})
    return figure.update_annotations(font={"size": 13})


def distance_over_steps(path: Array, predicted: float | None, dark: bool) -> go.Figure:
    """Distance to the equilibrium, step by step, beside the slope that |λ| predicts."""
    colours = palette(dark)
    distance = np.maximum(np.hypot(*path.T), 1e-16)
    steps = np.arange(len(path))
    figure = go.Figure()
    figure.add_scatter(
        x=steps,
        y=distance,
        mode="lines",
        name="this path",
        line={"color": colours.D, "width": 2.4},
        hovertemplate="step %{x}: %{y:.3g}<extra></extra>",
    )
    if predicted is not None:
        line = np.log10(distance[0]) + steps * np.log10(max(predicted, 1e-12))
        figure.add_scatter(
            x=steps,
            y=10.0 ** np.clip(line, -16, 4),
            mode="lines",
            name=f"|λ| = {predicted:.4g} a step",
            line={"color": colours.warning, "width": 1.8, "dash": "dash"},
            hoverinfo="skip",
        )
    low, high = np.log10(distance.min()), np.log10(distance.max())
    figure.update_xaxes(axis(dark, "step", zeroline=False))
    figure.update_yaxes(
        axis(
            dark,
            "distance to rest",
            type="log",
            range=[min(low - 0.15, -1.2), max(high + 0.2, 0.8)],
            exponentformat="power",
            **({"dtick": 1} if high - low < 4 else {"nticks": 6}),
        )
    )
    return frame(figure, dark, 350)


def step_sizes(
    h: Array, radii: Mapping[str, Array], limits: Mapping[str, float], here: float, dark: bool
) -> go.Figure:
    """The factor |λ| per step of each update against the step size h: under 1 it settles.

    limits: each update's critical h, drawn as a diamond.
    """
    colours = palette(dark)
    figure = go.Figure()
    figure.add_hrect(
        y0=0, y1=1, fillcolor=translucent(colours.good, 0.08), line_width=0, layer="below"
    )
    for i, (name, values) in enumerate(radii.items()):
        figure.add_scatter(
            x=h,
            y=values,
            mode="lines",
            name=name,
            line={"color": series(i, dark), "dash": UPDATE_DASHES[i % 4], "width": 2.4},
            hovertemplate=f"{name}: %{{y:.4f}}<extra></extra>",
        )
    figure.add_hline(y=1, line={"color": colours.good, "width": 1.5})
    critical = {name: limit for name, limit in limits.items() if 0 < limit <= h[-1]}
    figure.add_scatter(
        x=list(critical.values()),
        y=[1.0] * len(critical),
        mode="markers",
        name="critical h",
        text=list(critical),
        marker={
            "symbol": "diamond",
            "size": 11,
            "color": colours.warning,
            "line": {"color": colours.paper, "width": 1.2},
        },
        hovertemplate="%{text}: grows beyond h = %{x:.3f}<extra></extra>",
    )
    figure.add_vline(x=here, line={"color": colours.muted, "width": 1.5, "dash": "dot"})
    figure.update_xaxes(axis(dark, "step size h", zeroline=False, range=[0, h[-1]]))
    figure.update_yaxes(axis(dark, "|λ| per step", range=[0.4, 1.6], zeroline=False))
    return frame(figure, dark, 350, hovermode="x unified")
