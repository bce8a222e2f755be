"""Figures of super-resolution: the perception-distortion plane, spectra and errors."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import in_sequence, palette
from ganlab.formatting import PERCENT

Array = NDArray[np.float64]
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star", "cross", "x", "pentagon")


def _frame(title: str, x: str, y: str, dark: bool, height: int) -> go.Figure:
    colours = palette(dark)
    figure = go.Figure()
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "xanchor": "left"},
        height=height,
        margin={"l": 60, "r": 16, "t": 44, "b": 48},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.ink, "size": 12},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        showlegend=False,
    )
    line = {"gridcolor": colours.muted + "33", "zeroline": False, "linecolor": colours.muted}
    figure.update_xaxes(title=x, **line)
    figure.update_yaxes(title=y, **line)
    return figure


def perception_distortion(
    points: Mapping[str, tuple[float, float]],
    path: Sequence[tuple[float, float, float]],
    features: str,
    dark: bool,
    channels: str = "Y",
) -> go.Figure:
    """Methods as points: error against feature distance. Blau & Michaeli 2018, figure 1.

    points: label to (root mean square error, feature distance); path: (α, error, distance) of
    blended networks. No method reaches the lower left corner: there is a trade-off between the two.
    """
    colours = palette(dark)
    over = "luma" if channels == "Y" else channels
    figure = _frame(
        "Perception and distortion", f"RMS error of {over} (grey levels)", features, dark, 400
    )
    if path:
        strengths, errors, distances = (list(values) for values in zip(*path, strict=True))
        figure.add_scatter(
            x=errors,
            y=distances,
            mode="lines+markers",
            line={"color": colours.accent, "width": 2, "dash": "dot"},
            marker={"size": 6},
            text=[f"α = {strength:g}" for strength in strengths],
            hovertemplate="%{text}<br>error %{x:.2f}, distance %{y:.3f}<extra></extra>",
        )
    across = [error for error, _ in points.values()] + [error for _, error, _ in path]
    for index, (label, (error_of, distance_of)) in enumerate(points.items()):
        figure.add_scatter(
            x=[error_of],
            y=[distance_of],
            mode="markers+text",
            marker={
                "size": 13,
                "color": in_sequence(index, dark),
                "symbol": SYMBOLS[index % len(SYMBOLS)],
                "line": {"width": 1.5, "color": colours.paper},
            },
            text=[label],
            textposition=f"top {_away_from_the_edge(error_of, across)}",
            cliponaxis=False,
            hovertemplate=f"{label}<br>error %{{x:.2f}}, distance %{{y:.3f}}<extra></extra>",
        )
    figure.add_annotation(
        text="↙ better in both",
        xref="paper",
        yref="paper",
        x=0.01,
        y=0.02,
        showarrow=False,
        font={"color": colours.muted},
    )
    return figure


def _away_from_the_edge(value: float, values: Sequence[float]) -> str:
    """The side of a point on which its label has room between the outermost of the values."""
    third = (max(values) - min(values)) / 3
    if value < min(values) + third:
        return "right"
    return "left" if value > max(values) - third else "center"


def spectra(curves: Mapping[str, Array], scale: int, dark: bool) -> go.Figure:
    """Power against spatial frequency; the input has none to the right of the line."""
    colours = palette(dark)
    figure = _frame("Power at every fineness", "cycles per pixel", "power of luma", dark, 400)
    figure.update_yaxes(type="log", exponentformat="power", dtick=2)
    # Power falls to the right: there is room above it, below what the line says.
    inside = {"orientation": "v", "x": 1, "y": 0.92, "xanchor": "right", "yanchor": "top"}
    figure.update_layout(showlegend=True, legend=inside)
    dashes = ("dash", "dot", "dashdot", "solid")
    # A method has the colour that it has in the other charts, which know no original.
    places = itertools.count()
    for index, (label, power) in enumerate(curves.items()):
        first = index == 0 and label == "Original"
        figure.add_scatter(
            x=(np.arange(len(power)) + 0.5) / len(power) / 2,
            y=np.maximum(power, 1e-3),
            name=label,
            mode="lines",
            line={
                "color": colours.ink if first else in_sequence(next(places), dark),
                "width": 2.5 if first else 1.7,
                "dash": "solid" if first else dashes[index % len(dashes)],
            },
            hovertemplate=f"{label}: %{{y:.3g}} at %{{x:.3f}}<extra></extra>",
        )
    figure.add_vline(
        x=0.5 / scale,
        line={"color": colours.muted, "dash": "dot"},
        annotation={"text": "the input ends here", "font": {"color": colours.muted}},
    )
    return figure


def error_maps(errors: Mapping[str, Array], dark: bool) -> go.Figure:
    """|difference| of luma for every method, on one scale: (H, W) each, side by side."""
    from plotly.subplots import make_subplots

    colours = palette(dark)
    most = float(np.percentile(np.stack(list(errors.values())), 99.5)) if errors else 1.0
    columns = min(len(errors), 3)
    rows = -(-len(errors) // columns)
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=list(errors),
        horizontal_spacing=0.02,
        vertical_spacing=0.1,
    )
    for index, error in enumerate(errors.values()):
        figure.add_heatmap(
            z=np.round(error, 1),
            zmin=0,
            zmax=most,
            colorscale="Inferno",
            showscale=index == 0,
            colorbar={"title": "grey<br>levels", "thickness": 12},
            hovertemplate="%{z:.1f} grey levels<extra></extra>",
            row=index // columns + 1,
            col=index % columns + 1,
        )
    height, width = next(iter(errors.values())).shape
    tall = int(np.clip(960 / columns * height / width, 160, 420))
    figure.update_layout(
        height=rows * tall + 60,
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.ink, "size": 12},
    )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", constrain="domain")
    for index in range(len(errors)):
        anchor = "x" if index == 0 else f"x{index + 1}"
        figure.update_yaxes(scaleanchor=anchor, row=index // columns + 1, col=index % columns + 1)
    return figure


def differences(errors: Mapping[str, Array], dark: bool) -> go.Figure:
    """Histograms of the signed error of luma for every method: (H, W) each."""
    figure = _frame(
        "How far pixels are off", "difference (grey levels)", "share of pixels", dark, 320
    )
    figure.update_yaxes(type="log", tickformat="~g", ticksuffix=PERCENT)
    inside = {"orientation": "v", "x": 0.01, "y": 0.98, "xanchor": "left", "yanchor": "top"}
    figure.update_layout(showlegend=True, legend=inside)
    edges = np.arange(-60.5, 61.5)
    for index, (label, error) in enumerate(errors.items()):
        counts, _ = np.histogram(np.clip(error, -60, 60), edges)
        figure.add_scatter(
            x=(edges[1:] + edges[:-1]) / 2,
            y=np.where(counts > 0, 100 * counts / error.size, np.nan),
            name=label,
            mode="lines",
            line={"color": in_sequence(index, dark), "width": 1.7, "shape": "hvh"},
            hovertemplate=f"{label}: %{{y:.3f}}{PERCENT} are off by %{{x:.0f}}<extra></extra>",
        )
    return figure
