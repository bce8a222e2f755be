"""Which player is ahead, classified from D's probabilities, not from the losses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganlab.evaluation.diagnosis import is_d_ahead, is_g_ahead
from ganlab.theory.dirac import Array

EVEN, CONTEST, D_AHEAD, G_AHEAD, SWINGING = "even", "contest", "D ahead", "G ahead", "swinging"

MEANINGS = {
    EVEN: "D cannot separate real from fake: an equilibrium, if D is still learning.",
    CONTEST: "D separates them in part: the useful middle, where G can learn from D.",
    D_AHEAD: "D is nearly always right: a saturating loss gives G almost no gradient here.",
    G_AHEAD: "D takes most fakes for real: G now follows a D that knows too little.",
    SWINGING: "The lead changes again and again: both chase each other and neither converges.",
}


@dataclass(frozen=True)
class Phase:
    """A part of a run with the same player ahead."""

    start: float
    stop: float
    kind: str


def smooth(values: Array, window: int) -> Array:
    """The running mean over window values, shorter at both ends; NaN counts as missing."""
    known = np.isfinite(values)
    kernel = np.ones(min(window, len(values)))
    total = np.convolve(np.where(known, values, 0.0), kernel, "same")
    count = np.convolve(known.astype(float), kernel, "same")
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def swinging(gap: Array, window: int) -> NDArray[np.bool_]:
    """Where the gap oscillates about its running mean by 0.18 (root mean square).

    It must change side at least three times within two windows, each time by more than 0.1, so
    that a single jump is not a swing.
    """
    stray = gap - smooth(gap, window)
    far = np.abs(stray) > 0.1
    last_far = np.maximum.accumulate(np.where(far, np.arange(len(gap)), 0))
    turns = np.diff(np.sign(stray)[last_far], prepend=np.sign(stray[:1])) != 0
    often = smooth(turns.astype(float), 2 * window) * 2 * window >= 3
    return (np.sqrt(smooth(stray**2, window)) > 0.18) & often


def classify(d_real: Array, d_fake: Array) -> list[str]:
    """The kind of each row of mean probabilities, (n,), from a running mean over n/40 rows.

    Who is ahead is decided as in a run's diagnosis; swings run over n/12 rows, and answers that are
    less than 0.1 apart are even.
    """
    n = len(d_real)
    swings = swinging(d_real - d_fake, max(1, n // 12))
    real, fake = (smooth(answers, max(1, n // 40)) for answers in (d_real, d_fake))
    gap = real - fake
    choices = [swings, is_g_ahead(real, fake), is_d_ahead(real, fake), np.abs(gap) < 0.1]
    return np.select(choices, [SWINGING, G_AHEAD, D_AHEAD, EVEN], CONTEST).tolist()


def phases(step: Array, d_real: Array, d_fake: Array, shortest: float = 0.04) -> list[Phase]:
    """The run cut into phases; one shorter than the share `shortest` joins the previous one."""
    n = len(step)
    if n == 0:
        return []
    kinds = classify(d_real, d_fake)
    found: list[list[int | str]] = []
    begin = 0
    for i in range(1, n + 1):
        if i < n and kinds[i] == kinds[begin]:
            continue
        if found and (i - begin < shortest * n or found[-1][2] == kinds[begin]):
            found[-1][1] = i
        else:
            found.append([begin, i, kinds[begin]])
        begin = i
    return [
        Phase(float(step[int(a)]), float(step[min(int(b), n - 1)]), str(kind))
        for a, b, kind in found
    ]
