"""Rankings of generators whose data have modes, and checks for suspicious scores.

The functions take plain numbers, so that pages which only watch need no torch.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganlab.formatting import percent

Scores = Mapping[str, float]

SMEAR = 0.5
"""Below this share of good samples modes are not captured, but smeared over."""
NOISE = 0.02
"""Differences of a share of 2,500 samples that are noise."""
NARROW = 0.8
"""Spread within a mode, over that of exact samples, below which a mode has collapsed in itself."""


@dataclass(frozen=True)
class Ranking:
    """One score by which generators whose data have modes are ranked."""

    name: str
    title: str
    help: str
    """One sentence: what it measures, and which values are good."""
    short: str
    """The title where there is little room."""
    ideal: str
    """The label of the line that exact samples reach."""
    other: str = ""
    """The label of the line of a total collapse; '' draws none."""
    percent: bool = False
    logarithmic: bool = False


RANKINGS: dict[str, Ranking] = {
    one.name: one
    for one in (
        Ranking(
            "modes",
            "Modes captured",
            "Modes with at least one of 2,500 samples within 3 σ. For the ranking they count with "
            "the share of good samples: a smear over all modes has not learnt them.",
            "modes",
            "all modes",
            "one mode",
        ),
        Ranking(
            "high_quality",
            "High quality, ball",
            "Share of samples within 3 σ of a mode, by distance (PacGAN's rule); exact samples "
            "reach 98.9 %.",
            "ball",
            "exact samples",
            percent=True,
        ),
        Ranking(
            "high_quality_box",
            "High quality, box",
            "Share of samples within 3 σ of a mode in each coordinate; exact samples reach 99.5 %.",
            "box",
            "exact samples",
            percent=True,
        ),
        Ranking(
            "reverse_kl",
            "Reverse KL",
            "How unevenly the good samples are shared among the modes, in nats; the floor is what "
            "2,500 exact samples score.",
            "KL",
            "floor of 2,500 samples",
            "one mode alone",
            logarithmic=True,
        ),
        Ranking(
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
"""In the order in which pages list them."""


def ideals(modes: int, bounds: Mapping[str, float]) -> dict[str, float]:
    """The score of exact samples in each ranking: a ceiling or a floor."""
    found = {
        "modes": float(modes),
        "high_quality": bounds.get("high_quality_ceiling", math.nan),
        "high_quality_box": bounds.get("high_quality_box_ceiling", math.nan),
        "reverse_kl": bounds.get("reverse_kl_floor", math.nan),
        "spread": 1.0,
    }
    return {name: value for name, value in found.items() if not math.isnan(value)}


def collapsed(modes: int, bounds: Mapping[str, float]) -> dict[str, float]:
    """The scores of a G that draws a single point, the centre of a mode.

    Its share of high quality is 1, so this score must be read together with the modes.
    """
    return {
        "modes": 1.0,
        "high_quality": 1.0,
        "high_quality_box": 1.0,
        "reverse_kl": bounds.get("reverse_kl_ceiling", math.log(max(modes, 1))),
        "spread": 0.0,
    }


def gap(measure: str, score: float, ideal: float) -> float:
    """The distance of a score from that of exact samples; infinite for NaN. Smaller is better.

    A share above its ceiling counts like one below it; a reverse KL below its floor is within
    noise and counts as 0.
    """
    if not math.isfinite(score):
        return math.inf
    return max(0.0, score - ideal) if measure == "reverse_kl" else abs(score - ideal)


def gaps(
    measure: str, scores: Sequence[Scores], bounds: Mapping[str, float], ideal: float
) -> list[float]:
    """`gap` of each; of modes, each counts with the share of good samples that exact ones reach."""
    if measure != "modes":
        return [gap(measure, one.get(measure, math.nan), ideal) for one in scores]
    ceiling = bounds.get("high_quality_ceiling", 1.0)
    return [
        gap("modes", one.get("modes", math.nan) * min(1.0, share / ceiling), ideal)
        for one, share in zip(scores, (s.get("high_quality", 1.0) for s in scores), strict=True)
    ]


def leaders(
    measure: str, scores: Sequence[Scores], ideal: float, bounds: Mapping[str, float] | None = None
) -> list[int]:
    """The indices of the best scores, ties included; [] where nothing was measured."""
    far = gaps(measure, scores, bounds or {}, ideal)
    best = min(far, default=math.inf)
    # Shares of good samples that differ by noise alone do not part two that have the same modes.
    tie = NOISE * ideal if measure == "modes" else 1e-9
    return [k for k, one in enumerate(far) if one <= best + tie] if best < math.inf else []


def verdict(
    measure: str,
    labels: Sequence[str],
    scores: Sequence[Scores],
    modes: int,
    bounds: Mapping[str, float],
    over: bool = False,
) -> str:
    """A sentence of Markdown: who leads in this ranking, or has won if the comparison is over."""
    ideal = ideals(modes, bounds).get(measure)
    if ideal is None or not (first := leaders(measure, scores, ideal, bounds)):
        return "Nothing has been measured yet."
    value = score_text(measure, scores[first[0]][measure], modes)
    share = scores[first[0]].get("high_quality", math.nan)
    if measure == "modes" and math.isfinite(share):
        value += f" at {percent(share)} of high quality"
    others = [k for k in range(len(labels)) if k not in first]
    if not others:
        return f"All are level: {value}."
    smeared = measure == "modes" and share < SMEAR
    over = over and not smeared
    names = _joined([f"**{labels[k]}**" for k in first])
    verb = ("wins" if over else "leads") if len(first) == 1 else ("win" if over else "lead")
    text = f"{names} {verb} with {value}."
    if smeared:
        whose = "its" if len(first) == 1 else "their"
        text += f" Less than half of {whose} samples lie in a mode: nobody has won."
    far = gaps(measure, scores, bounds, ideal)
    last = [k for k in others if far[k] == max(far[one] for one in others)]
    if math.isfinite(lowest := scores[last[0]].get(measure, math.nan)):
        verb = "comes" if len(last) == 1 else "come"
        named = _joined([labels[k] for k in last])
        text += f" {named} {verb} last with {score_text(measure, lowest, modes)}."
    captured = scores[first[0]].get("modes", math.nan)
    if measure != "modes" and captured < modes:
        text += f" But it captures only {captured:.0f} of {modes} modes: look at those as well."
    return text


def score_text(measure: str, score: float, modes: int) -> str:
    """A score with its unit, such as '7 of 8 modes'."""
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
    """A sentence if the samples have collapsed within their modes; '' otherwise."""
    share, spread = scores.get("high_quality", math.nan), scores.get("spread", math.nan)
    if not math.isfinite(spread) or spread >= NARROW:
        return ""
    text = f"collapse within modes: its samples spread {spread:.2f} times as wide as real ones"
    ceiling = bounds.get("high_quality_ceiling", math.nan)
    noise = 2 * math.sqrt(ceiling * (1 - ceiling) / n) if math.isfinite(ceiling) else 0.0
    if share > ceiling + noise:
        text += (
            f", which is why {percent(share, 1)} of high quality is above what exact samples reach"
        )
    return text


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
