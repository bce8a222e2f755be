"""A run's losses with equilibrium lines, phases, D's probabilities and the true distance."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ganlab.figures.theme import Palette, palette
from ganlab.figures.theory.frame import axis, cell, frame, translucent
from ganlab.theory.loss_reading import (
    CONTEST,
    D_AHEAD,
    EVEN,
    G_AHEAD,
    SWINGING,
    Phase,
    smooth,
)

Array = NDArray[np.float64]
MOST = 1500
"""Longer columns are thinned to about this many points."""


def _phase_colour(kind: str, colours: Palette) -> str:
    return {
        EVEN: colours.good,
        CONTEST: colours.muted,
        D_AHEAD: colours.D,
        G_AHEAD: colours.fake,
        SWINGING: colours.warning,
    }[kind]


def _line(
    figure: go.Figure, row: int, x: Array, y: Array, name: str, colour: str, dash: str
) -> None:
    window = max(1, len(x) // 60)
    keep = slice(None, None, max(1, len(x) // MOST))
    figure.add_scatter(
        x=x[keep],
        y=y[keep],
        mode="lines",
        line={"color": translucent(colour, 0.22), "width": 1},
        hoverinfo="skip",
        showlegend=False,
        row=row,
        col=1,
    )
    figure.add_scatter(
        x=x[keep],
        y=smooth(y, window)[keep],
        mode="lines",
        name=name,
        line={"color": colour, "dash": dash, "width": 2.6},
        hovertemplate="%{y:.3f}",
        row=row,
        col=1,
    )


def losses(
    step: Array,
    d_loss: Array,
    g_loss: Array,
    d_real: Array,
    d_fake: Array,
    phases: Sequence[Phase],
    levels: tuple[float | None, float | None],
    dark: bool,
    distance: Array | None = None,
    *,
    unit: str = "nats",
    shares: bool = False,
) -> go.Figure:
    """Losses (top), D's answers (middle) and, if given, the true distance (bottom).

    levels: the losses of D and G at the equilibrium; None where there is no such level.
    shares: D's answers are shares of samples that it calls real, not mean probabilities.
    """
    colours = palette(dark)
    rows = 2 if distance is None else 3
    figure = make_subplots(
        rows, 1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[0.44, 0.28, 0.28][:rows]
    )
    _line(figure, 1, step, d_loss, "D's loss", colours.D, "solid")
    _line(figure, 1, step, g_loss, "G's loss", colours.G, "dash")
    for level, colour, name in zip(levels, (colours.D, colours.G), "DG", strict=True):
        if level is not None:
            figure.add_hline(
                y=level,
                line={"color": colour, "width": 1.2, "dash": "dot"},
                annotation={
                    "text": f"{name} {level:.3f} if G has won, or D knows nothing",
                    "font": {"color": colour, "size": 11},
                    "xanchor": "right",
                    "yanchor": "bottom" if name == "D" else "top",
                },
                **cell(1),
            )
    on_real, on_fake, answer = (
        ("real called real", "fake called real", "share of samples")
        if shares
        else ("mean D(x) on real", "mean D(G(z)) on fake", "probability of real")
    )
    _line(figure, 2, step, d_real, on_real, colours.real, "solid")
    _line(figure, 2, step, d_fake, on_fake, colours.fake, "dash")
    if distance is not None:
        _line(figure, 3, step, distance, "true distance of G from the data", colours.ink, "solid")
        figure.update_yaxes(axis(dark, "distance", rangemode="tozero", nticks=4), row=3)
    wide = (step[-1] - step[0]) / 14 if len(step) else 0
    for phase in phases:
        tint = translucent(_phase_colour(phase.kind, colours), 0.13)
        figure.add_vrect(x0=phase.start, x1=phase.stop, fillcolor=tint, line_width=0, layer="below")
        if phase.stop - phase.start > wide:
            figure.add_annotation(
                x=(phase.start + phase.stop) / 2,
                y=0.99,
                yref="paper",
                yanchor="top",
                text=phase.kind,
                showarrow=False,
                font={"size": 12, "color": colours.ink},
            )
    spread = np.concatenate([d_loss, g_loss])
    spread = spread[np.isfinite(spread)]
    ends = np.percentile(spread, [0.5, 99.5]).tolist() if spread.size else [0.0, 1.0]
    ends += [level for level in levels if level is not None]
    low, high = min(ends), max(ends)
    pad = 0.14 * max(high - low, 0.4)
    figure.update_xaxes(axis(dark, zeroline=False))
    figure.update_xaxes(title_text="step", row=rows)
    figure.update_yaxes(
        axis(dark, f"loss in {unit}" if unit else "loss", range=[low - pad, high + 2 * pad]), row=1
    )
    figure.update_yaxes(axis(dark, answer, range=[-0.04, 1.04], nticks=4), row=2)
    return frame(figure, dark, 430 if rows == 2 else 560, hovermode="x unified")
