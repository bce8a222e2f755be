"""The score at which D is undecided between real and fake, from its landscape."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.config.choice import Choice
from ganlab.registry import Loss, find

Extent = tuple[float, float, float, float]
"""(left, right, bottom, top)."""


def undecided(loss: Choice, arrays: Mapping[str, NDArray[Any]], extent: Extent) -> float:
    """The score between real and fake: the loss's own, or halfway between their mean scores."""
    own = find(Loss, loss.name).at_equilibrium(loss.values).score
    if own is not None:
        return float(own)
    scores = [
        _scores_at(arrays["landscape"], arrays[name], extent).mean() for name in ("real", "fake")
    ]
    middle = float(np.mean(scores))
    return middle if np.isfinite(middle) else 0.0


def _scores_at(
    landscape: NDArray[Any], points: NDArray[Any], extent: Extent
) -> NDArray[np.float64]:
    """The score of the cell in which each point lies; points outside take the nearest."""
    left, right, bottom, top = extent
    n = len(landscape)
    inside = np.nan_to_num(points.astype(np.float64))
    column = np.clip((inside[:, 0] - left) / (right - left) * n, 0, n - 1).astype(int)
    row = np.clip((inside[:, 1] - bottom) / (top - bottom) * n, 0, n - 1).astype(int)
    return landscape[row, column].astype(np.float64)
