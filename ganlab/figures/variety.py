"""Figures of the classes of generated digits: their shares, next to real ones and over time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ganlab.figures.theme import palette
from ganlab.figures.theory.frame import axis, frame, translucent
from ganlab.formatting import PERCENT

Shares = NDArray[Any] | Sequence[float]


def class_shares(
    fake: Shares, real: Shares, dark: bool, height: int = 210, mark: int = 22
) -> go.Figure:
    """Bars of the shares of generated classes, with marks for real ones; shares (classes,).

    mark is the width of a mark in pixels.
    """
    colours = palette(dark)
    names = [str(c) for c in range(len(fake))]
    figure = go.Figure(
        [
            go.Bar(
                name="generated",
                x=names,
                y=100 * np.asarray(fake, float),
                marker={"color": colours.fake},
                hovertemplate=f"%{{x}}: %{{y:.1f}}{PERCENT} of the generated<extra></extra>",
            ),
            go.Scatter(
                name="real",
                x=names,
                y=100 * np.asarray(real, float),
                mode="markers",
                marker={
                    "color": colours.real,
                    "symbol": "line-ew",
                    "size": mark,
                    "line": {"color": colours.real, "width": 3},
                },
                hovertemplate=f"%{{x}}: %{{y:.1f}}{PERCENT} of the real<extra></extra>",
            ),
        ]
    )
    top = max(25, 108 * float(np.max(fake)), 108 * float(np.max(real)))
    return frame(
        figure,
        dark,
        height,
        bargap=0.35,
        xaxis=axis(dark, "read as", type="category", showgrid=False, fixedrange=True),
        yaxis=axis(dark, "share", range=[0, top], ticksuffix=PERCENT, nticks=5, fixedrange=True),
    )


def classes_over_time(
    steps: Sequence[int], shares: NDArray[Any], dark: bool, height: int = 250
) -> go.Figure:
    """How many of the shown pictures are read as each class, by step; shares (steps, classes).

    In a healthy run the ten rows are equally bright; in a collapsed one a single row is bright, and
    in one that hops between classes the bright row changes.
    """
    colours = palette(dark)
    names = [str(c) for c in range(shares.shape[1])]
    figure = go.Figure(
        go.Heatmap(
            x=list(steps),
            y=names,
            z=100 * shares.T,
            zmin=0,
            zmax=100,
            # A root scale: what is looked for is whether a class is there at all.
            colorscale=[
                [0.0, translucent(colours.muted, 0.10)],
                [0.02, translucent(colours.fake, 0.18)],
                [0.2, translucent(colours.fake, 0.6)],
                [0.5, colours.fake],
                [1.0, "#FFE8D6" if dark else "#7A2E00"],
            ],
            showscale=False,
            ygap=2,
            hovertemplate=f"step %{{x:,}}: %{{z:.0f}}{PERCENT} read as %{{y}}<extra></extra>",
        )
    )
    return frame(
        figure,
        dark,
        height,
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        xaxis=axis(dark, "step", showgrid=False, fixedrange=True),
        yaxis=axis(dark, "read as", type="category", showgrid=False, fixedrange=True),
    )
