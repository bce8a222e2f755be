"""The layout that the charts of the loss-dynamics page share: axes and a legend above."""

from typing import Any

import plotly.graph_objects as go

from ganlab.figures.theme import palette

FONT = "Source Sans, Source Sans Pro, Helvetica Neue, Arial, sans-serif"


def translucent(colour: str, alpha: float) -> str:
    """'#rrggbb' with an opacity, as plotly writes it."""
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{alpha:g})"


def cell(row: int, column: int = 1) -> dict[str, Any]:
    """The position of a trace among subplots. Plotly takes numbers, although its types say text."""
    return {"row": row, "col": column}


def axis(dark: bool, title: str = "", **more: Any) -> dict[str, Any]:
    """An axis with a faint grid."""
    colours = palette(dark)
    return {
        "title": {"text": title, "font": {"size": 13}, "standoff": 8},
        "gridcolor": translucent(colours.muted, 0.18),
        "linecolor": translucent(colours.muted, 0.5),
        "zerolinecolor": translucent(colours.muted, 0.45),
        "zerolinewidth": 1,
        "tickfont": {"size": 12},
        "ticks": "",
        **more,
    }


def frame(figure: go.Figure, dark: bool, height: int, **layout: Any) -> go.Figure:
    """Set the background, text colour and legend of a figure; further layout as keywords."""
    colours = palette(dark)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 36, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": colours.ink},
        hoverlabel={
            "bgcolor": colours.paper,
            "bordercolor": colours.muted,
            "font": {"color": colours.ink, "family": FONT},
        },
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 13},
        },
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure.update_layout(**layout)
