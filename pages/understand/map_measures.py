"""What a map of many GANs can be coloured by, and what is said of each cell."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganlab.bench.sweep import Sweep
from ganlab.formatting import percent
from ganlab.jobs.hub import View
from pages.widgets.cell_map import Cells
from pages.widgets.messages import number


@dataclass(frozen=True)
class MapMetric:
    """One score as a colour."""

    title: str
    level: Callable[[float, int], float]
    """(score, number of modes) to its place on the colour scale, 0 to 1, 1 the best."""
    text: Callable[[float], str]
    """The score in a cell's corner."""
    marks: tuple[float, ...] = ()
    """Scores in the legend; empty for some counts of modes."""

    def stops(self, modes: int) -> list[tuple[float, str]]:
        """The legend: places on the scale with their words."""
        marks = self.marks or tuple(round(modes * share / 4) for share in range(5))
        return [(self.level(mark, modes), self.text(mark)) for mark in marks]


def _percent(value: float) -> str:
    return percent(value)


MAP_METRICS: dict[str, MapMetric] = {
    "modes": MapMetric("modes captured", lambda v, k: v / k, lambda v: f"{v:.0f}"),
    "high_quality": MapMetric(
        "high quality", lambda v, k: v, _percent, (0.0, 0.25, 0.5, 0.75, 1.0)
    ),
    # A collapse onto one mode has a reverse KL of log K.
    "reverse_kl": MapMetric(
        "reverse KL",
        lambda v, k: 1 - min(v, math.log(k)) / math.log(k) if not math.isnan(v) else math.nan,
        lambda v: "∞" if math.isinf(v) else f"{v:.2f}",
        (math.inf, 1.0, 0.5, 0.1, 0.0),
    ),
}


def newest(view: View, name: str) -> np.ndarray:
    """The last measured value of each GAN, (E,); NaN where there is none yet."""
    count = len(view.info.variants)
    rows = view.members.get(name)
    if rows is None or not len(rows):
        return np.full(count, np.nan, np.float32)
    measured = np.flatnonzero(~np.isnan(rows).all(axis=1))
    return rows[measured[-1]] if len(measured) else np.full(count, np.nan, np.float32)


def cells_of(view: View, sweep: Sweep, measure: MapMetric) -> Cells:
    """Every cell's colour, corner and words."""
    name = next(key for key, one in MAP_METRICS.items() if one is measure)
    scores = {key: newest(view, key) for key in MAP_METRICS}
    lost = sorted(view.info.lost)
    modes = len(view.info.centres) or 8
    (x, y), levels, texts, details = sweep.knobs, [], [], []
    for k, cell in enumerate(sweep.cells()):
        where = f"{x.title} {number(float(cell.x))}\n{y.title} {number(float(cell.y))}"
        value = float(scores[name][k])
        if k in view.info.lost:
            levels.append(math.nan)
            texts.append("×")
            details.append(f"{where}\ndiverged by step {view.info.lost[k]:,}")
        elif math.isnan(value):
            levels.append(math.nan)
            texts.append("")
            details.append(where)
        else:
            levels.append(measure.level(value, modes))
            texts.append(measure.text(value))
            details.append(
                f"{where}\n{scores['modes'][k]:.0f} of {modes} modes captured\n"
                f"{percent(scores['high_quality'][k])} of high quality, reverse KL "
                f"{MAP_METRICS['reverse_kl'].text(float(scores['reverse_kl'][k]))}"
            )
    return Cells(np.array(levels, np.float32), texts, details, lost)
