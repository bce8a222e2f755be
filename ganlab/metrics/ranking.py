"""Who leads a race, by which measure, and what is suspicious about a score.

Works on plain numbers, so that pages which only watch need no torch.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganlab.formatting import percent

Scores = Mapping[str, float]

NARROW = 0.8
"""Spread within a mode, over that of exact samples, below which a mode has collapsed in itself."""


@dataclass(frozen=True)
class Measure:
    """One way to compare generators whose data have modes."""

    name: str
    title: str
    help: str
    """One sentence: what it is, and what is good."""
    short: str
    """The title where there is little room."""
    ideal: str
    """What the line is called that exact samples reach."""
    other: str = ""
    """What that of a total collapse is called; '' draws none."""
    percent: bool = False
    logarithmic: bool = False


MEASURES: dict[str, Measure] = {
    one.name: one
    for one in (
        Measure(
            "modes",
            "Modes captured",
            "Modes with at least one of 2,500 samples within 3 σ; a good G has them all.",
            "modes",
            "all modes",
            "one mode",
        ),
        Measure(
            "high_quality",
            "High quality, ball",
            "Share of samples within 3 σ of a mode, by distance (PacGAN's rule); exact samples "
            "reach 98.9 %.",
            "ball",
            "exact samples",
            percent=True,
        ),
        Measure(
            "high_quality_box",
            "High quality, box",
            "Share of samples within 3 σ of a mode in each coordinate; exact samples reach 99.5 %.",
            "box",
            "exact samples",
            percent=True,
        ),
        Measure(
            "reverse_kl",
            "Reverse KL",
            "How unevenly the good samples are shared among the modes, in nats; the floor is what "
            "2,500 exact samples score.",
            "KL",
            "floor of 2,500 samples",
            "one mode alone",
            logarithmic=True,
        ),
        Measure(
            "spread",
            "Spread in a mode",
            "Standard deviation within a mode over that of exact samples: 1 is right, less is a "
            "collapse within modes.",
            "spread",
            "exact samples",
            "one point",
        ),
    )
}
"""In the order in which people choose one."""


def ideals(modes: int, bounds: Mapping[str, float]) -> dict[str, float]:
    """What exact samples score by each measure: the ceiling or the floor."""
    found = {
        "modes": float(modes),
        "high_quality": bounds.get("high_quality_ceiling", math.nan),
        "high_quality_box": bounds.get("high_quality_box_ceiling", math.nan),
        "reverse_kl": bounds.get("reverse_kl_floor", math.nan),
        "spread": 1.0,
    }
    return {name: value for name, value in found.items() if not math.isnan(value)}


def collapsed(modes: int, bounds: Mapping[str, float]) -> dict[str, float]:
    """What a G scores that draws one point, the middle of a mode: each measure's other end.

    Its quality is perfect, which is why no share of high quality means anything alone.
    """
    return {
        "modes": 1.0,
        "high_quality": 1.0,
        "high_quality_box": 1.0,
        "reverse_kl": bounds.get("reverse_kl_ceiling", math.log(max(modes, 1))),
        "spread": 0.0,
    }


def gap(measure: str, score: float, ideal: float) -> float:
    """How far a score is from that of exact samples; infinite for none. Smaller is better.

    A share above its ceiling is as far from the data as one below it; a reverse KL below its floor
    is luck.
    """
    if not math.isfinite(score):
        return math.inf
    return max(0.0, score - ideal) if measure == "reverse_kl" else abs(score - ideal)


def leaders(measure: str, scores: Sequence[Scores], ideal: float) -> list[int]:
    """The places of those that nobody is better than; [] where nothing was measured."""
    gaps = [gap(measure, one.get(measure, math.nan), ideal) for one in scores]
    best = min(gaps, default=math.inf)
    return [k for k, one in enumerate(gaps) if one <= best + 1e-9] if best < math.inf else []


def verdict(
    measure: str,
    labels: Sequence[str],
    scores: Sequence[Scores],
    modes: int,
    bounds: Mapping[str, float],
    over: bool = False,
) -> str:
    """Who leads by the measure, or has won where it is over, in a sentence of Markdown."""
    ideal = ideals(modes, bounds).get(measure)
    if ideal is None or not (first := leaders(measure, scores, ideal)):
        return "Nobody has been measured yet."
    value = in_words(measure, scores[first[0]][measure], modes)
    others = [k for k in range(len(labels)) if k not in first]
    if not others:
        return f"All are level: {value}."
    names = _joined([f"**{labels[k]}**" for k in first])
    verb = ("wins" if over else "leads") if len(first) == 1 else ("win" if over else "lead")
    told = f"{names} {verb} with {value}."
    gaps = {k: gap(measure, scores[k].get(measure, math.nan), ideal) for k in others}
    last = [k for k in others if gaps[k] == max(gaps.values())]
    if math.isfinite(lowest := scores[last[0]].get(measure, math.nan)):
        verb = "comes" if len(last) == 1 else "come"
        named = _joined([labels[k] for k in last])
        told += f" {named} {verb} last with {in_words(measure, lowest, modes)}."
    captured = scores[first[0]].get("modes", math.nan)
    if measure != "modes" and captured < modes:
        told += f" But it captures only {captured:.0f} of {modes} modes: look at those as well."
    return told


def in_words(measure: str, score: float, modes: int) -> str:
    """A score with what it is a score of."""
    if not math.isfinite(score):
        return "nothing of high quality"
    return {
        "modes": f"{score:.0f} of {modes} modes",
        "high_quality": f"{percent(score, 1)} of high quality (ball)",
        "high_quality_box": f"{percent(score, 1)} of high quality (box)",
        "reverse_kl": f"a reverse KL of {score:.3g}",
        "spread": f"{score:.2f} of the true spread",
    }[measure]


def suspicion(scores: Scores, bounds: Mapping[str, float], n: int = 2500) -> str:
    """What looks too good: a collapse within modes, in a sentence; '' if nothing does."""
    share, spread = scores.get("high_quality", math.nan), scores.get("spread", math.nan)
    if not math.isfinite(spread) or spread >= NARROW:
        return ""
    told = f"collapse within modes: its samples spread {spread:.2f} times as wide as real ones"
    ceiling = bounds.get("high_quality_ceiling", math.nan)
    luck = 2 * math.sqrt(ceiling * (1 - ceiling) / n) if math.isfinite(ceiling) else 0.0
    if share > ceiling + luck:
        told += (
            f", which is why {percent(share, 1)} of high quality is above what exact samples reach"
        )
    return told


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
