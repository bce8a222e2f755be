"""A network as blocks: the height shows the size of the maps, the width their number."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from ganlab.figures.theme import palette
from ganlab.networks.summary import Layer

GAP = 0.35


def block(layer: Layer) -> tuple[float, float]:
    """Width and height of a layer's block, on a logarithmic scale.

    A vector is a narrow column whose height shows its length.
    """
    if layer.is_spatial:
        channels, height, _ = layer.shape
        return 0.35 + 0.16 * math.log2(channels + 1), 0.5 + 0.55 * math.log2(height)
    return 0.3, 0.5 + 0.3 * math.log2(math.prod(layer.shape) + 1)


def size(layer: Layer) -> str:
    """The shape of a layer's output as text: '64 × 14 × 14'."""
    return " × ".join(f"{n:,}" for n in layer.shape) or "1"


def diagram(layers: Sequence[Layer], chosen: str, concept: str, dark: bool) -> go.Figure:
    """The layers that change the data's shape, left to right; `concept` is 'G' or 'D'.

    Each block is a marker that can be clicked; its customdata is the layer's name.
    """
    colours = palette(dark)
    colour = getattr(colours, concept)
    figure = go.Figure()
    at, centres, tops = 0.0, [], []
    for layer in layers:
        width, height = block(layer)
        picked = layer.name == chosen
        figure.add_shape(
            type="rect",
            x0=at,
            x1=at + width,
            y0=-height / 2,
            y1=height / 2,
            fillcolor=colour,
            opacity=0.9 if picked else 0.35,
            line={"color": colour, "width": 2.5 if picked else 1},
        )
        centres.append(at + width / 2)
        tops.append(height / 2)
        at += width + GAP
    figure.add_scatter(
        x=centres,
        y=[0.0] * len(layers),
        mode="markers",
        marker={"size": 26, "color": colour, "opacity": 0.01, "symbol": "square"},
        customdata=[
            [layer.name, layer.kind, size(layer), f"{layer.parameters:,}"] for layer in layers
        ],
        hovertemplate="<b>%{customdata[1]}</b><br>gives %{customdata[2]}<br>"
        "%{customdata[3]} parameters<extra></extra>",
        unselected={"marker": {"opacity": 0.01}},
        selected={"marker": {"opacity": 0.01}},
    )
    for layer, centre, top in zip(layers, centres, tops, strict=True):
        text = size(layer).replace(" × ", "×")
        figure.add_annotation(
            x=centre, y=top, text=text, showarrow=False, yshift=11,
            font={"size": 10, "color": colours.ink},
        )  # fmt: skip
    figure.update_layout(
        height=260,
        margin={"l": 4, "r": 4, "t": 22, "b": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        dragmode=False,
    )
    figure.update_xaxes(visible=False, range=[-0.4, at], fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True)
    return figure


def shaping(layers: Sequence[Layer]) -> list[Layer]:
    """The layers worth a block: those with weights that mix the data, and the last."""
    return [
        layer
        for place, layer in enumerate(layers)
        if place == len(layers) - 1 or (layer.parameters and "Norm" not in layer.kind)
    ]
