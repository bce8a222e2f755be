"""The Dirac-GAN's eigenvalues, distance to the equilibrium and effect of the step size."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ganlab.figures.theme import in_sequence, palette
from ganlab.figures.theory.frame import axis, cell, frame, translucent

Array = NDArray[np.float64]

UPDATE_DASHES = ("solid", "dash", "dot", "dashdot")


def eigenvalue_planes(
    continuous: NDArray[np.complex128],
    discrete: NDArray[np.complex128],
    locus: NDArray[np.complex128] | None,
    critical: NDArray[np.complex128] | None,
    dark: bool,
) -> go.Figure:
    """Eigenvalues of the flow (left half plane settles) and of one update (unit disc settles).

    locus: the flow's eigenvalues as its parameter grows; critical: where they become real.
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
    """Distance to the equilibrium by step, with the slope that |λ| predicts."""
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
            line={"color": in_sequence(i, dark), "dash": UPDATE_DASHES[i % 4], "width": 2.4},
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
