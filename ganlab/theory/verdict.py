"""Classification of a path through a game: settles, creeps in, circles, grows or escapes."""

import math

import numpy as np

from ganlab.theory.dirac import Array
from ganlab.theory.updates import ESCAPED

SETTLES, CREEPS, CIRCLES, GROWS, ESCAPES = "settles", "creeps in", "circles", "grows", "escapes"


def read_path(path: Array, radius: float | None) -> str:
    """One of the five names, from the path (n, 2) and the spectral radius of its update.

    A path circles if the largest distance of its last third is within 2 % of that of the third
    before. It creeps in if it comes closer although the spectral radius does not predict it.
    """
    distance = np.hypot(*path.T)
    if not distance[-1] < ESCAPED:
        return ESCAPES
    third = max(1, len(distance) // 3)
    before, after = distance[-2 * third : -third], distance[-third:]
    if distance[-1] < 1e-9 or (before.size and after.max() < 0.98 * before.max()):
        return SETTLES if radius is not None and radius < 1 - 1e-9 else CREEPS
    return GROWS if before.size and after.max() > 1.02 * before.max() else CIRCLES


def pace(radius: float) -> str:
    """A factor per step as text: 'halves every 23 steps'."""
    if abs(math.log(max(radius, 1e-300))) < 1e-9:
        return "stays as it is"
    steps = math.log(2) / abs(math.log(radius))
    word = "halves" if radius < 1 else "doubles"
    if steps < 1.5:
        return f"{word} at every step"
    return f"{word} every {steps:,.0f} steps"
