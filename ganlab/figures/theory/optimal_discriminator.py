"""Figures of two densities, D* and a learned D, and of divergences against their distance."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ganlab.figures.theme import palette
from ganlab.figures.theory.frame import axis, cell, frame, translucent
from ganlab.theory.optimal_discriminator import Separation

Array = NDArray[np.float64]


def discriminators(
    x: Array,
    p: Array,
    q: Array,
    optimal: Array,
    learned: Array | None,
    real: Array,
    fake: Array,
    dark: bool,
) -> go.Figure:
    """Densities p and q above, D* and the learned D (probabilities) below, samples as ticks."""
    colours = palette(dark)
    figure = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.42, 0.58], vertical_spacing=0.06)
    for name, y, colour, dash in (
        ("data p", p, colours.real, "solid"),
        ("generator q", q, colours.fake, "dash"),
    ):
        figure.add_scatter(
            x=x,
            y=y,
            name=name,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.4},
            fill="tozeroy",
            fillcolor=translucent(colour, 0.14),
            hovertemplate="%{y:.3f}",
            row=1,
            col=1,
        )
    figure.add_scatter(
        x=x,
        y=optimal,
        name="D* = p/(p+q)",
        mode="lines",
        line={"color": colours.ink, "width": 2.2},
        hovertemplate="%{y:.3f}",
        row=2,
        col=1,
    )
    if learned is not None:
        figure.add_scatter(
            x=x,
            y=learned,
            name="learned D",
            mode="lines",
            line={"color": colours.D, "width": 3, "dash": "dash"},
            hovertemplate="%{y:.3f}",
            row=2,
            col=1,
        )
    for points, y, colour, symbol in (
        (real, 1.045, colours.real, "line-ns-open"),
        (fake, -0.045, colours.fake, "line-ns-open"),
    ):
        figure.add_scatter(
            x=points[:400],
            y=np.full(min(len(points), 400), y),
            mode="markers",
            marker={"symbol": symbol, "size": 7, "color": translucent(colour, 0.45)},
            showlegend=False,
            hoverinfo="skip",
            row=2,
            col=1,
        )
    figure.add_hline(y=0.5, line={"color": colours.muted, "width": 1, "dash": "dot"}, **cell(2))
    figure.update_xaxes(axis(dark, zeroline=False, range=[x[0], x[-1]]))
    figure.update_xaxes(title_text="x", row=2)
    figure.update_yaxes(axis(dark, "density", rangemode="tozero", nticks=4), row=1)
    figure.update_yaxes(
        axis(dark, "D(x)", range=[-0.09, 1.09], tickvals=[0, 0.25, 0.5, 0.75, 1]), row=2
    )
    return frame(figure, dark, 470, hovermode="x unified")


def distances(curves: Separation, here: float, dark: bool) -> go.Figure:
    """JSD as a share of log 2 and W₁ as a share of the axis, against the distance of two bumps."""
    colours = palette(dark)
    top = float(curves.distance[-1])
    figure = go.Figure()
    for name, y, colour, dash, symbol in (
        ("Jensen–Shannon / log 2", curves.jsd / np.log(2), colours.D, "solid", "circle"),
        (f"Wasserstein / {top:g}", curves.wasserstein / top, colours.good, "dash", "diamond"),
    ):
        _curve(figure, curves.distance, y, here, (name, colour, dash, symbol), dark)
    figure.update_yaxes(axis(dark, "share of the most", range=[-0.04, 1.08]))
    return _against_distance(figure, top, here, dark)


def generator_gradients(curves: Separation, here: float, dark: bool) -> go.Figure:
    """The gradient that pulls G towards the data under each loss, on a logarithmic axis."""
    colours = palette(dark)
    figure = go.Figure()
    for name, y, colour, dash, symbol in (
        ("minimax", curves.minimax_gradient, colours.D, "solid", "circle"),
        ("non-saturating", curves.non_saturating_gradient, colours.fake, "dot", "square"),
        ("Wasserstein", np.ones_like(curves.distance), colours.good, "dash", "diamond"),
    ):
        _curve(figure, curves.distance, y, here, (name, colour, dash, symbol), dark)
    figure.update_yaxes(
        axis(
            dark,
            "gradient at G",
            type="log",
            range=[-4.2, 1.8],
            dtick=1,
            exponentformat="power",
        )
    )
    return _against_distance(figure, float(curves.distance[-1]), here, dark)


def _curve(
    figure: go.Figure,
    x: Array,
    y: Array,
    here: float,
    look: tuple[str, str, str, str],
    dark: bool,
) -> None:
    name, colour, dash, symbol = look
    figure.add_scatter(
        x=x,
        y=y,
        name=name,
        mode="lines",
        line={"color": colour, "dash": dash, "width": 2.6},
        hovertemplate="%{y:.3g}",
    )
    figure.add_scatter(
        x=[here],
        y=[np.interp(here, x, y)],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={
            "color": colour,
            "symbol": symbol,
            "size": 11,
            "line": {"color": palette(dark).paper, "width": 1.5},
        },
    )


def _against_distance(figure: go.Figure, top: float, here: float, dark: bool) -> go.Figure:
    figure.update_xaxes(axis(dark, "distance between the bumps", zeroline=False, range=[0, top]))
    figure.add_vline(x=here, line={"color": palette(dark).muted, "width": 1, "dash": "dot"})
    return frame(figure, dark, 320, hovermode="x unified")
