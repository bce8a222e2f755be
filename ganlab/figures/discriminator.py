"""D's scores of real and generated pictures, and its gradients, as figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette
from ganlab.formatting import PERCENT

Array = NDArray[Any]
BINS = 40


def score_histogram(real: Array, fake: Array, threshold: float, dark: bool) -> go.Figure:
    """Histograms of D's scores of real (N,) and generated (M,) pictures, as shares of each."""
    colours = palette(dark)
    both = np.concatenate([real, fake])
    low, high = np.quantile(both, [0.005, 0.995])
    # Room for every score but those far out, which the outermost bars hold.
    low, high = max(both.min(), low - (high - low)), min(both.max(), high + (high - low))
    edges = np.linspace(min(low, threshold), max(high, threshold) + 1e-6, BINS + 1)
    figure = go.Figure()
    tallest = 0.0
    for name, scores, colour, pattern in (
        ("real", real, colours.real, ""),
        ("generated", fake, colours.fake, "/"),
    ):
        shares = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0] / len(scores) * 100
        tallest = max(tallest, shares.max())
        figure.add_bar(
            x=(edges[1:] + edges[:-1]) / 2,
            y=shares,
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay"}},
            opacity=0.7,
            hovertemplate=f"%{{y:.1f}}{PERCENT} of {name} near %{{x:.2f}}<extra></extra>",
        )
    figure.add_vline(
        x=threshold,
        line={"color": colours.ink, "dash": "dash", "width": 1.5},
        annotation={"text": "real → ", "xanchor": "left", "font": {"color": colours.ink}},
    )
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_yaxes(range=[0, 1.15 * tallest])  # with room for the word above the bars
    return _dressed(figure, "What D says now", "score", "share", dark, 300, percent=True)


def scores_over_time(
    steps: Sequence[int], real: Sequence[Array], fake: Sequence[Array], dark: bool
) -> go.Figure:
    """Median and middle 80 % of D's scores at each stored step, real and generated."""
    colours = palette(dark)
    figure = go.Figure()
    for name, scores, colour, dash in (
        ("real", real, colours.real, "solid"),
        ("generated", fake, colours.fake, "dash"),
    ):
        low, middle, high = np.array([np.quantile(one, [0.1, 0.5, 0.9]) for one in scores]).T
        figure.add_scatter(
            x=[*steps, *reversed(steps)],
            y=[*high, *low[::-1]],
            mode="lines",  # without one Plotly adds markers below twenty points
            fill="toself",
            fillcolor=_translucent(colour, 0.18),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=list(steps),
            y=middle,
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            hovertemplate=f"{name}: median %{{y:.2f}} at step %{{x:,}}<extra></extra>",
        )
    return _dressed(figure, "What D said on the way", "step", "score", dark, 300)


def where_it_looks(pictures: Array, gradients: Array, dark: bool) -> Array:
    """Pictures tinted where D's score would rise with brightness, or fall.

    pictures: uint8 (N, C, H, W); gradients: (N, H, W) -> uint8 (N, H, W, 3). The strength of the
    tint is the gradient relative to the 99th percentile of its picture.
    """
    grey = pictures.mean(1, keepdims=True).transpose(0, 2, 3, 1)
    most = np.quantile(np.abs(gradients), 0.99, axis=(1, 2), keepdims=True)
    strength = np.clip(np.abs(gradients) / np.maximum(most, 1e-12), 0, 1)[..., None] ** 0.8
    up, down = (_rgb(colour) for colour in (palette(dark).real, palette(dark).fake))
    tint = np.where(gradients[..., None] > 0, up, down)
    mixed = grey * (1 - 0.85 * strength) + tint * 0.85 * strength
    return np.clip(np.round(mixed), 0, 255).astype(np.uint8)


def _rgb(colour: str) -> Array:
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)], float)


def _translucent(colour: str, opacity: float) -> str:
    red, green, blue = (int(value) for value in _rgb(colour))
    return f"rgba({red},{green},{blue},{opacity})"


def _dressed(
    figure: go.Figure, title: str, x: str, y: str, dark: bool, height: int, percent: bool = False
) -> go.Figure:
    colours = palette(dark)
    faint = {"gridcolor": colours.muted + "33", "zeroline": False, "linecolor": colours.muted}
    figure.update_xaxes(title=x, **faint)
    figure.update_yaxes(title=y, ticksuffix=PERCENT if percent else None, **faint)
    return figure.update_layout(
        title={"text": title, "x": 0, "xanchor": "left", "font": {"size": 15}},
        height=height,
        margin={"l": 8, "r": 8, "t": 60, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.ink, "size": 12},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )
