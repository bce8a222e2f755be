"""A map of many GANs as a live component: colour for the score, dots for the samples, a click."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganlab.errors import DataError
from pages.widgets.canvas_frames import Extent, quantised
from pages.widgets.component import LiveComponent, nothing

_component = LiveComponent("cell_map")


@dataclass(frozen=True)
class Axis:
    """One knob: its name and the words for its values, ascending."""

    title: str
    values: Sequence[str]


@dataclass(frozen=True)
class Cells:
    """What is known of every GAN, row by row from the lowest."""

    levels: NDArray[np.float32]
    """The score's place on the colour scale, 0 to 1; NaN where there is none yet."""
    texts: Sequence[str]
    """A word in the corner."""
    details: Sequence[str]
    """What is said when the cell is enlarged; lines are kept."""
    lost: Sequence[int] = ()
    """Those that diverged."""


def cell_map(
    *,
    key: str,
    run: str,
    step: int,
    x: Axis,
    y: Axis,
    cells: Cells,
    legend: tuple[str, Sequence[tuple[float, str]]],
    fake: NDArray[np.floating] | None = None,
    modes: NDArray[np.floating] | None = None,
    extent: Extent = (-1.0, 1.0, -1.0, 1.0),
    on_pick: Callable[[], None] | None = None,
    hint: str = "Point at a cell to see it large, click to open it.",
) -> int | None:
    """Show the map; call it in a fragment with one key as often as it may change.

    fake (E, N, 2) are samples of each GAN and modes (K, 2) the places that they should reach.
    legend is a title with stops, (level, words). Returned is the cell that was clicked in this run
    of the script, else None.
    """
    count = len(x.values) * len(y.values)
    if len(cells.levels) != count or (fake is not None and len(fake) != count):
        raise DataError(f"a map of {count} cells got {len(cells.levels)} scores")
    arrays: dict[str, NDArray] = {"levels": cells.levels.astype(np.float32)}
    for name, points in (("fake", fake), ("modes", modes)):
        if points is not None:
            arrays[name] = quantised(points, extent)
    header = {
        "run": run,
        "step": step,
        "x": x.title,
        "y": y.title,
        "xs": list(x.values),
        "ys": list(y.values),
        "texts": list(cells.texts),
        "details": list(cells.details),
        "lost": list(cells.lost),
        "hint": hint,
        "legend": {"title": legend[0], "stops": [list(stop) for stop in legend[1]]},
    }
    result = _component.mount(
        key=key,
        header=header,
        arrays=arrays,
        height=600,
        events={"pick": on_pick or nothing},
    )
    chosen = result.get("pick")
    return int(chosen) if isinstance(chosen, int | float) else None
