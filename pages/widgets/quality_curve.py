"""How good the pictures of a run were at each step, and how far apart a critic says they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.jobs.hub import View
from ganlab.jobs.quality_history import curves
from ganlab.metrics.scores import shown
from ganlab.registry import Metric
from pages.widgets.live_chart import Flag, Line, Series, live_chart


def quality_curve(view: View, flags: Sequence[Flag]) -> bool:
    """Each metric with a curve over the steps, once it was measured twice; whether any is drawn."""
    rows = view.qualities
    drawn = False
    for name, one in shown("curve", *rows).items():
        if found := curves(rows, name):
            _chart(view, flags, name, one, found)
            drawn = True
    return drawn


def _chart(
    view: View,
    flags: Sequence[Flag],
    name: str,
    one: Metric,
    found: dict[int, NDArray[np.float64]],
) -> None:
    steps = np.unique(np.concatenate([steps for steps, _ in found.values()]))
    columns: dict[str, Any] = {"step": steps}
    floor = one.floor or f"{name}_floor"
    floors = {row["n"]: row[floor] for row in view.qualities if floor in row}
    for n, (at, values) in found.items():
        columns[f"{n}"] = np.full(len(steps), np.nan)
        columns[f"{n}"][np.searchsorted(steps, at)] = values
    again = sum(len(at) for at, _ in found.values()) - len(steps)
    live_chart(
        key=f"{name}.{view.info.id}",
        # A second N at a step that the browser has is no increment: then it is sent all.
        run=f"{view.info.id}.{view.info.generation}.{again}",
        columns=columns,
        flags=flags,
        series=[Series(f"{n}", f"generated, N = {n:,}", "fake", sparse=True) for n in found],
        lines=[
            Line(floors[n], "real" if len(found) == 1 else f"real, N = {n:,}", "real")
            for n in found
            if n in floors
        ],
        title=f"{one.heading} (N = {' and '.join(f'{n:,}' for n in found)})",
        log=one.logarithmic,
        y_label=one.unit or one.title,
        height=190,
        caption=f"Measured in {view.qualities[-1]['features']} features: {one.direction} is "
        "better, and as many other real pictures score the line. At another N it is another "
        "number.",
    )


def critics_distance(view: View, flags: Sequence[Flag]) -> None:
    """Minus the critic's loss: its estimate of the Wasserstein distance."""
    columns = dict(view.columns)
    if "d_loss" in columns:
        columns["distance"] = -columns["d_loss"]
    live_chart(
        key=f"distance.{view.info.id}",
        run=f"{view.info.id}.{view.info.generation}",
        columns=columns,
        flags=flags,
        series=[Series("distance", "−L_D", "D", sparse=True)],
        title="Distance, as the critic estimates it",
        y_label="score",
        height=210,
        caption=words_on_distance(view.info.config),
    )


def words_on_distance(config: dict[str, Any]) -> str:
    """What is drawn, and up to what it is a distance."""
    sentence = (
        "−L_D: the critic's mean score of real pictures less that of generated ones, in the "
        "batches it learns from"
    )
    if config["penalties"]:
        return f"{sentence}, without the penalty."
    if config["d_clip"]:
        return f"{sentence}. Clipping sets its scale: watch how it falls."
    return f"{sentence}. Neither clipping nor a penalty ties its scale to a distance."
