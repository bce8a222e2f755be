"""How a run is doing, in words, from measured thresholds and never from a loss alone.

Works on a run's metric columns as NumPy arrays, so that pages which only watch need no torch.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.formatting import percent

Columns = Mapping[str, NDArray[Any]]

YOUNG = 30
"""Rows below which nothing is said: the first steps swing in every healthy run."""
WINDOW = 0.15
"""The latest share of the rows that counts as 'now', and the share that counts as a phase."""
SURE = 0.95
"""D's accuracy above which it wins."""
FOOLED = 0.10
"""Accuracy on fakes below which D calls nearly every fake real."""
FADED = 20.0
"""How many times smaller than before G's gradient must be to be called faded."""
UNDECIDED = 0.12
"""How far from a half D's accuracies may be for D to be called undecided."""
PERIODIC = 0.55
"""Autocorrelation at one period from which an oscillation is named."""


@dataclass(frozen=True)
class Finding:
    """One sentence about a run, with what to try."""

    kind: str
    """good, note, warning or bad."""
    name: str
    """A word for programs: balanced, d-wins, …"""
    sentence: str
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        """The four texts by name."""
        return asdict(self)


def diagnose(columns: Columns) -> list[Finding]:
    """What the columns d_real, d_fake, g_gradient, d_loss and g_loss say, the worst first."""
    if len(columns.get("step", ())) < YOUNG:
        return [Finding("note", "early", "It is too early to tell: the first steps always swing.")]
    findings = [
        finding
        for finding in (
            _who_wins(columns),
            _faded_gradient(columns),
            _oscillation(columns),
            _rising_g_loss(columns),
        )
        if finding
    ]
    return worst_first(findings)


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Bad, warning, good, note; as they came within a kind."""
    order = {"bad": 0, "warning": 1, "good": 2, "note": 3}
    return sorted(findings, key=lambda finding: order[finding.kind])


def _now(values: NDArray[Any]) -> float:
    count = max(YOUNG // 2, int(len(values) * WINDOW))
    recent = values[-count:]
    recent = recent[np.isfinite(recent)]
    return float(recent.mean()) if len(recent) else float("nan")


def _who_wins(columns: Columns) -> Finding | None:
    real, fake = _now(columns["d_real"]), _now(columns["d_fake"])
    if not np.isfinite([real, fake]).all():
        return None
    words = f"D knows {percent(real)} of real and {percent(fake)} of generated samples"
    if real > SURE and fake > SURE:
        return Finding(
            "warning",
            "d-wins",
            f"D is winning: it knows {percent(real)} of real and {percent(fake)} of generated "
            "samples.",
            "Give G time; if it lasts, lower D's learning rate, or add instance noise or R1.",
        )
    if fake < FOOLED:
        return Finding(
            "warning",
            "g-wins",
            f"G is winning: D takes {percent(1 - fake)} of generated samples for real.",
            "Raise D's learning rate or let it move more often: G learns little from a weak D.",
        )
    if 0.4 <= real <= 0.8 and 0.4 <= fake <= 0.8:
        return Finding("good", "balanced", f"On average the game is balanced: {words}.")
    if min(real, fake) >= 0.5:
        return Finding("good", "contested", f"D has the upper hand, and G still learns: {words}.")
    if real + fake < 0.8:
        return Finding("note", "g-ahead", f"D errs more often than it is right: {words}.")
    side = "real" if real > fake else "generated"
    return Finding("note", "leans", f"D leans to one side and calls most samples {side}: {words}.")


def _faded_gradient(columns: Columns) -> Finding | None:
    norms = columns["g_gradient"]
    good = np.isfinite(norms)
    norms, steps = norms[good], columns["step"][good]
    if len(norms) < 2 * YOUNG:
        return None
    phase = max(YOUNG // 2, int(len(norms) * WINDOW))
    starts = range(0, len(norms) - phase + 1, phase)  # whole phases: a row alone proves nothing
    medians = np.array([np.median(norms[i : i + phase]) for i in starts])
    strongest, now = int(np.argmax(medians)), float(np.median(norms[-phase:]))
    if medians[strongest] == 0 or medians[strongest] < FADED * now:
        return None
    at = int(steps[strongest * phase + phase // 2])
    words = (
        f"The gradient that reaches G is {medians[strongest] / now:.0f} times smaller than around "
        f"step {at:,}."
        if now
        else f"No gradient reaches G any more; it was strongest around step {at:,}."
    )
    answers = _now(columns["d_real"]), _now(columns["d_fake"])
    if now and all(abs(answer - 0.5) <= UNDECIDED for answer in answers):
        # At the equilibrium itself no gradient is left: what is fatal while D wins is peace here.
        words += " D cannot tell real from generated, so G has little left to change."
        return Finding("note", "settled", words)
    return Finding(
        "bad",
        "faded-gradient",
        words,
        "Use the non-saturating loss, lower D's learning rate, or add a penalty such as R1.",
    )


def _oscillation(columns: Columns) -> Finding | None:
    period = oscillation_period(columns["step"], columns["g_loss"])
    if period is None:
        return None
    return Finding(
        "warning",
        "oscillates",
        f"The losses oscillate with a period of about {period:,.0f} steps.",
        "Lower both learning rates, or add R1 or raise its γ; the averaged G oscillates less.",
    )


def oscillation_period(steps: NDArray[Any], values: NDArray[Any]) -> float | None:
    """The period in steps at which the later half of values repeats itself; None if it does not.

    The highest point of the autocorrelation's first high lobe after its first zero, of the series
    resampled to even steps, smoothed and freed of its trend; it must exceed PERIODIC and fit in at
    least three times.
    """
    half = len(values) // 2
    steps, values = steps[half:], values[half:]
    good = np.isfinite(values)
    if good.sum() < 4 * YOUNG:
        return None
    even = np.linspace(steps[good][0], steps[good][-1], 512)
    series = np.interp(even, steps[good], values[good])
    series = np.convolve(series, np.full(5, 0.2), mode="valid")
    x = np.arange(len(series))
    series = series - np.polyval(np.polyfit(x, series, 1), x)
    spectrum = np.abs(np.fft.rfft(series, 2 * len(series))) ** 2
    correlation = np.fft.irfft(spectrum)[: len(series) // 3]
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
    if best < PERIODIC:
        return None
    rise = start + int(np.flatnonzero(correlation[start:] >= 0.8 * best)[0])
    fall = below[below > rise]
    end = int(fall[0]) if len(fall) else len(correlation)
    lag = rise + int(np.argmax(correlation[rise:end]))
    if lag >= len(correlation) - 1:
        return None
    return float(lag * (even[1] - even[0]))


def _rising_g_loss(columns: Columns) -> Finding | None:
    losses = columns["g_loss"]
    losses = losses[np.isfinite(losses)]
    if len(losses) < 4 * YOUNG:
        return None
    third = len(losses) // 3
    early, late = float(losses[:third].mean()), float(losses[-third:].mean())
    if early <= 0 or late < 1.3 * early:
        return None
    return Finding(
        "note",
        "g-loss-rises",
        f"G's loss has risen from {early:.2f} to {late:.2f}. It is measured against a D that "
        "improves too, so the pictures can get better all the same.",
    )


def diagnose_points(scores: Mapping[str, float]) -> list[Finding]:
    """What the measures in `ganlab.metrics.point_scores` say, the worst first."""
    findings = []
    if "modes" in scores:
        findings += _modes(scores)
    if "covered" in scores:
        findings.append(_curve(scores))
    return findings


def _modes(scores: Mapping[str, float]) -> list[Finding]:
    found, there = int(scores["modes"]), int(scores["modes_of"])
    good, spread = scores["high_quality"], scores["spread"]
    words = f"{percent(good)} of its samples are of high quality"
    if found < there:
        return [
            Finding(
                "bad" if found <= there / 2 else "warning",
                "mode-collapse",
                f"G covers {found} of {there} modes: mode collapse. Its samples gather around"
                f" {int(scores['modes_near'])}, and {percent(good)} of them are of high quality.",
                "Try the relativistic loss with R1 + R2, packing, or an unrolled G.",
            )
        ]
    findings = [Finding("good", "covers-modes", f"G covers all {there} modes; {words}.")]
    if scores["reverse_kl_all"] > 0.2:
        findings.insert(
            0,
            Finding(
                "warning",
                "uneven-modes",
                f"G covers all {there} modes, but some of them hardly ever.",
                "Let it train on, or try the relativistic loss with R1 + R2.",
            ),
        )
    if spread < 0.5:
        findings.append(
            Finding(
                "note",
                "narrow-modes",
                f"Within a mode G's samples spread {spread:.2f} times as wide as real ones.",
                "That is a collapse within modes; train longer or strengthen the penalty.",
            )
        )
    return findings


def _curve(scores: Mapping[str, float]) -> Finding:
    found, there, near = int(scores["covered"]), int(scores["covered_of"]), scores["on_curve"]
    words = (
        f"{percent(near)} of G's samples lie on the curve and {found} of {there} parts of it are "
        "hit"
    )
    if found < there:
        return Finding(
            "warning" if found > there / 2 else "bad",
            "misses-curve",
            f"G misses a part of the curve: {words}.",
            "Let it train on, or try the relativistic loss with R1 + R2.",
        )
    return Finding("good", "covers-curve", f"G reaches the whole curve: {words}.")
