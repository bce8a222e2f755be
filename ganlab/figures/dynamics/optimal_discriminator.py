"""Two densities, D* and a learned D between them, and what distance tells as bumps move apart."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ganlab.dynamics.optimal_discriminator import Separation
from ganlab.figures.dynamics.frame import axis, frame, translucent
from ganlab.figures.theme import palette

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
    figure.add_hline(
        y=0.5, line={"color": colours.muted, "width": 1, "dash": "dot"}, row="2", col="1"
    )
    figure.update_xaxes(axis(dark, zeroline=False, range=[x[0], x[-1]]))
    figure.update_xaxes(title_text="x", row=2)
    figure.update_yaxes(axis(dark, "density", rangemode="tozero", nticks=4), row=1)
    figure.update_yaxes(
        axis(dark, "D(x)", range=[-0.09, 1.09], tickvals=[0, 0.25, 0.5, 0.75, 1]), row=2
    )
    return frame(figure, dark, 470, hovermode="x unified")


def moving_apart(curves: Separation, here: float, dark: bool) -> go.Figure:
    """JSD beside W₁ (left) and what pulls G towards the data (right), against the distance."""
    colours = palette(dark)
    figure = make_subplots(
        1, 2, horizontal_spacing=0.12, subplot_titles=("How far apart?", "What pulls G back")
    )
    top = float(curves.distance[-1])
    lines = [
        (1, "Jensen–Shannon / log 2", curves.jsd / np.log(2), colours.D, "solid", "circle"),
        (1, f"Wasserstein / {top:g}", curves.wasserstein / top, colours.good, "dash", "diamond"),
        (2, "minimax", curves.minimax_pull, colours.D, "solid", "circle"),
        (2, "non-saturating", curves.non_saturating_pull, colours.fake, "dot", "square"),
        (2, "Wasserstein", np.ones_like(curves.distance), colours.good, "dash", "diamond"),
    ]
    for column, name, y, colour, dash, symbol in lines:
        figure.add_scatter(
            x=curves.distance,
            y=y,
            name=name,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.6},
            hovertemplate="%{y:.3g}",
            row=1,
            col=column,
        )
        figure.add_scatter(
            x=[here],
            y=[np.interp(here, curves.distance, y)],
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 11,
                "line": {"color": colours.paper, "width": 1.5},
            },
            row=1,
            col=column,
        )
    figure.update_xaxes(axis(dark, "distance between the bumps", zeroline=False, range=[0, top]))
    figure.update_yaxes(axis(dark))
    figure.update_yaxes(range=[-0.04, 1.08], col=1)
    figure.update_yaxes(type="log", range=[-4.2, 1.6], dtick=1, exponentformat="power", col=2)
    figure.add_vline(x=here, line={"color": colours.muted, "width": 1, "dash": "dot"})
    frame(figure, dark, 360, hovermode="x unified", margin={"l": 8, "r": 12, "t": 78, "b": 8})
    figure.update_annotations(font={"size": 14}, yshift=2)
    return figure.update_layout(legend={"y": 1.13})
