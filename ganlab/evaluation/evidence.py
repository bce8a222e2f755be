"""What a diagnosis goes by: the configuration, the curves, and what was measured of samples.

NumPy alone: pages that only watch need no torch.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.config import RunConfig

Columns = Mapping[str, NDArray[Any]]

WINDOW = 0.15
"""The latest share of the steps that counts as 'now'."""
FEWEST_ROWS = 8
"""Rows below which curves say nothing."""
PERIODIC = 0.55
"""Autocorrelation at one period from which an oscillation is named."""
LONG_PERIODIC = 0.7
"""The same of a period that fits fewer than six times into the whole record."""


@dataclass(frozen=True)
class Variety:
    """What was measured of G's samples; None for what was not."""

    modes: float | None = None
    modes_of: float | None = None
    high_quality: float | None = None
    reverse_kl_all: float | None = None
    spread: float | None = None
    """Within a mode, over the true one."""
    covered: float | None = None
    covered_of: float | None = None
    on_curve: float | None = None
    js: float | None = None
    """All that is measured of points without modes that are no curve."""
    diversity: float | None = None
    nearness: float | None = None
    class_entropy: float | None = None
    as_meant: float | None = None
    """Of a conditional G, the share of pictures that is read as its label."""
    classes: float | None = None
    duplicates: float | None = None
    """Share of the pairs that are as near as the nearest two real pictures."""

    @classmethod
    def of(cls, *sources: Mapping[str, Any]) -> "Variety":
        """The fields found in these, the last first; what is no finite number is left out."""
        known: dict[str, float] = {}
        for source in sources:
            values = {**source, "as_meant": source.get("as_meant", source.get("accuracy"))}
            names = values.get("class_names")
            values["classes"] = len(names) if names else values.get("number_of_classes")
            if n := values.get("n", values.get("judged")):
                values["duplicates"] = 2 * values.get("duplicates", math.nan) / (n * (n - 1))
            for name in cls.__dataclass_fields__:
                value = values.get(name)
                if isinstance(value, int | float | np.floating) and math.isfinite(value):
                    known[name] = float(value)
        return cls(**known)


@dataclass(frozen=True)
class Evidence:
    """All that a diagnosis goes by."""

    columns: Columns = field(default_factory=dict)
    """step, d_loss, g_loss, d_real, d_fake (accuracies), g_gradient, and measures; (rows,) each."""
    config: RunConfig | None = None
    """Loss, penalties, strategy, task, packing and budget; None if they are not known."""
    variety: Variety = field(default_factory=Variety)
    """The newest measures."""
    step: int | None = None
    """Where the run is; by default where its columns end."""
    share: float | None = None
    """How much of its budget is spent, by steps or by time; by default that of its steps."""
    end: str = ""
    """'diverged' of a run whose losses were no longer finite."""

    @classmethod
    def of(
        cls,
        columns: Columns,
        config: RunConfig | None = None,
        *measured: Mapping[str, Any],
        step: int | None = None,
        share: float | None = None,
        end: str = "",
    ) -> "Evidence":
        """With what was measured live, in the columns, below what is measured now."""
        live = {name: latest(columns, name) for name in Variety.__dataclass_fields__}
        return cls(columns, config, Variety.of(live, *measured), step, share, end)


# --- columns -------------------------------------------------------------------------------------


def recent(columns: Columns, name: str, share: float = WINDOW) -> NDArray[Any]:
    """The finite values of a column in the last share of the steps, at least FEWEST_ROWS rows."""
    steps = np.asarray(columns.get("step", ()), float)
    values = np.asarray(columns.get(name, ()), float)
    if not len(values):
        return values
    good = np.isfinite(values)
    begin = steps[-1] - share * (steps[-1] - steps[0])
    inside = values[good & (steps >= begin)]
    return inside if len(inside) >= FEWEST_ROWS else values[good][-FEWEST_ROWS:]


def latest(columns: Columns, name: str) -> float:
    """The median of the last three measures in a column; NaN without any."""
    values = np.asarray(columns.get(name, ()), float)
    values = values[np.isfinite(values)][-3:]
    return float(np.median(values)) if len(values) else math.nan


def parted(columns: Columns, name: str, parts: int) -> NDArray[Any]:
    """The medians of a column in equal parts of the steps, (parts,); NaN where one is empty."""
    steps = np.asarray(columns.get("step", ()), float)
    values = np.asarray(columns.get(name, ()), float)
    good = np.isfinite(values) if len(values) else np.zeros(0, bool)
    steps, values = steps[good], values[good]
    out = np.full(parts, math.nan)
    if len(values):
        width = max(steps[-1] - steps[0], 1e-9) / parts
        place = np.minimum((steps - steps[0]) / width, parts - 1).astype(int)
        for k in range(parts):
            if (place == k).any():
                out[k] = np.median(values[place == k])
    return out


def oscillation_period(steps: NDArray[Any], values: NDArray[Any]) -> float | None:
    """The period in steps at which values repeat themselves lately, or all along; None if not."""
    half = len(values) // 2
    lately = _period(steps[half:], values[half:], 3, PERIODIC)
    return lately or _period(steps, values, 2.5, LONG_PERIODIC)


def _period(steps: NDArray[Any], values: NDArray[Any], times: float, least: float) -> float | None:
    """The highest point of the autocorrelation's first high lobe after its first zero.

    Of the series resampled to even steps, smoothed and freed of its trend; it must exceed `least`,
    fit in `times` times, and half a period away the values must be opposed.
    """
    good = np.isfinite(values)
    if good.sum() < 8 * FEWEST_ROWS:
        return None
    even = np.linspace(steps[good][0], steps[good][-1], 512)
    series = np.interp(even, steps[good], values[good])
    series = np.convolve(series, np.full(5, 0.2), mode="valid")
    x = np.arange(len(series))
    series = series - np.polyval(np.polyfit(x, series, 1), x)
    spectrum = np.abs(np.fft.rfft(series, 2 * len(series))) ** 2
    correlation = np.fft.irfft(spectrum)[: int(len(series) / times)]
    if correlation[0] <= 1e-12:
        return None
    # Fewer pairs overlap at longer lags; divide by their share to compare lags fairly.
    correlation = correlation / correlation[0] / (1 - np.arange(len(correlation)) / len(series))
    below = np.flatnonzero(correlation < 0)
    if not len(below):
        return None
    # Two and three periods repeat as well as one does: the first lobe as high as any is meant.
    start = int(below[0])
    best = correlation[start:].max()
    if best < least:
        return None
    rise = start + int(np.flatnonzero(correlation[start:] >= 0.8 * best)[0])
    fall = below[below > rise]
    end = int(fall[0]) if len(fall) else len(correlation)
    lag = rise + int(np.argmax(correlation[rise:end]))
    if lag >= len(correlation) - 1 or correlation[start:lag].min() > -least / 2:
        return None
    return float(lag * (even[1] - even[0]))
