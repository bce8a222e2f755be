"""Losses over D's answer: their values and the gradient that reaches G or D."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ganlab.figures.theme import in_sequence, palette
from ganlab.figures.theory.frame import axis, cell, frame
from ganlab.registry import Loss, table
from ganlab.theory.loss_shapes import d_curve, g_curve
from ganlab.theory.optimal_discriminator import probability

Pair = tuple[np.ndarray, np.ndarray]

SPAN = 7.0
"""Logits are drawn from -SPAN to SPAN."""
DASHES = (
    *("solid", "dash", "dot", "dashdot", "longdash", "longdashdot"),
    *("9px,3px,3px,3px,3px,3px", "3px,6px"),
)
SYMBOLS = (
    *("circle", "diamond", "square", "triangle-up"),
    *("cross", "star", "triangle-down", "pentagon"),
)
_TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)


def style(name: str, dark: bool) -> tuple[str, str, str]:
    """Colour, dash and symbol of a loss: the same whichever others are shown."""
    i = list(table(Loss)).index(name)
    return in_sequence(i, dark), DASHES[i % len(DASHES)], SYMBOLS[i % len(SYMBOLS)]


def generator_losses(names: Sequence[str], fake: float, real: float, dark: bool) -> go.Figure:
    """L_G and the strength |∂L_G/∂D(G(z))| over D(G(z)), with a marker at logit fake."""
    x = np.linspace(-SPAN, SPAN, 281)
    figure = make_subplots(
        1, 2, horizontal_spacing=0.11, subplot_titles=("G's loss", "Gradient that reaches G")
    )
    for name in names:
        drawn = g_curve(name, real, x)
        here = g_curve(name, real, fake)
        look = style(name, dark)
        for column, (line, point) in enumerate(
            ((drawn.loss, here.loss), (np.abs(drawn.by_fake), np.abs(here.by_fake))), start=1
        ):
            _line(figure, name, (1, column), x, line, look)
            _marker(figure, name, (1, column), fake, float(point), look, dark)
    _finish(figure, fake, "D(G(z)) = σ(a), how real D finds a fake", dark)
    return figure.update_yaxes(range=[-4.2, 7.2], col=1)


def discriminator_losses(names: Sequence[str], logit: float, dark: bool) -> go.Figure:
    """L_D (above) and |∂L_D| (below) over D's output on a real and on a fake sample.

    The other sample's logit is held at 0.
    """
    x = np.linspace(-SPAN, SPAN, 281)
    figure = make_subplots(
        2,
        2,
        horizontal_spacing=0.11,
        vertical_spacing=0.14,
        subplot_titles=(
            "D's loss, on a real x",
            "D's loss, on a fake G(z)",
            "Push on a real x",
            "Push on a fake G(z)",
        ),
    )
    for name in names:
        look = style(name, dark)
        for column in (1, 2):

            def of(at: np.ndarray | float, name: str = name, column: int = column) -> Pair:
                drawn = d_curve(name, *((at, 0.0) if column == 1 else (0.0, at)))
                return drawn.loss, np.abs(drawn.by_real if column == 1 else drawn.by_fake)

            for row, (line, here) in enumerate(zip(of(x), of(logit), strict=True), start=1):
                _line(figure, name, (row, column), x, line, look)
                _marker(figure, name, (row, column), logit, float(here), look, dark)
    _finish(figure, logit, "D's answer σ(logit) for that sample", dark)
    figure.update_xaxes(title_text="", row=1)
    figure.update_yaxes(range=[-1.2, 8.2], row=1)
    return figure.update_layout(height=620, legend={"y": 1.06})


def _line(
    figure: go.Figure,
    name: str,
    place: tuple[int, int],
    x: np.ndarray,
    y: np.ndarray,
    look: tuple[str, str, str],
) -> None:
    colour, dash, _ = look
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        name=name,
        legendgroup=name,
        showlegend=place == (1, 1),
        line={"color": colour, "dash": dash, "width": 2.6},
        customdata=probability(x),
        hovertemplate="D = %{customdata:.3g}: %{y:.3g}",
        **cell(*place),
    )


def _marker(
    figure: go.Figure,
    name: str,
    place: tuple[int, int],
    x: float,
    y: float,
    look: tuple[str, str, str],
    dark: bool,
) -> None:
    colour, _, symbol = look
    figure.add_scatter(
        x=[x],
        y=[y],
        mode="markers",
        name=name,
        legendgroup=name,
        showlegend=False,
        marker={
            "color": colour,
            "symbol": symbol,
            "size": 12,
            "line": {"color": palette(dark).paper, "width": 1.5},
        },
        hovertemplate=f"{name} here: %{{y:.4g}}<extra></extra>",
        **cell(*place),
    )


def _finish(figure: go.Figure, at: float, title: str, dark: bool) -> go.Figure:
    logits = [float(np.log(p / (1 - p))) for p in _TICKS]
    figure.update_xaxes(
        axis(
            dark,
            title,
            range=[-SPAN, SPAN],
            tickvals=logits,
            ticktext=[f"{p:g}" for p in _TICKS],
            zeroline=False,
        )
    )
    figure.update_yaxes(axis(dark))
    figure.update_yaxes(range=[-0.08, 2.3])
    figure.add_vline(x=at, line={"color": palette(dark).muted, "width": 1, "dash": "dot"})
    frame(figure, dark, 370, hovermode="x", margin={"l": 8, "r": 12, "t": 66, "b": 8})
    figure.update_annotations(font={"size": 14}, yshift=2)
    return figure.update_layout(legend={"y": 1.11})
