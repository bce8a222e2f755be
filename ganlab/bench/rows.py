"""One row of a comparison: the scores of several seeds of a method, and what they cost."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganlab.bench.methods import KEY

SCORES = ("modes", "high_quality", "reverse_kl", "reverse_kl_all", "spread")
"""The scores of each seed, in the order of the table's columns."""
WITHOUT_SAMPLES = {"reverse_kl": math.inf, "reverse_kl_all": math.inf, "spread": math.nan}
"""What a seed scores where JSON has no number."""


def mean(values: Sequence[float]) -> float:
    """The mean; infinite or NaN where a value is."""
    return math.fsum(values) / len(values) if all(map(math.isfinite, values)) else sum(values)


def standard_error(values: Sequence[float]) -> float:
    """The unbiased s / √n; NaN for a single value."""
    if len(values) < 2 or not all(map(math.isfinite, values)):
        return math.nan
    return statistics.stdev(values) / math.sqrt(len(values))


@dataclass(frozen=True)
class Row:
    """The scores of the seeds of one method."""

    method: str
    data: str
    rule: str
    n: int
    """How many samples of each seed were scored."""
    modes_of: int
    seeds: tuple[int, ...]
    iterations: int
    """Steps of G, for all seeds side by side."""
    seconds: float
    """CPU time of the training of all seeds together."""
    device: str
    scores: Mapping[str, tuple[float, ...]]
    """By name of the score, one value a seed."""

    def mean(self, score: str) -> float:
        """Over the seeds."""
        return mean(self.scores[score])

    def error(self, score: str) -> float:
        """The standard error of the mean over the seeds."""
        return standard_error(self.scores[score])

    def to_json(self) -> dict[str, Any]:
        """Plain values; None stands for infinity and NaN."""
        out: dict[str, Any] = {
            KEY: self.method,
            "data": self.data,
            "rule": self.rule,
            "n": self.n,
            "modes_of": self.modes_of,
            "seeds": list(self.seeds),
            "iterations": self.iterations,
            "seconds": round(self.seconds, 1),
            "device": self.device,
        }
        for score in SCORES:
            out[score] = finite(self.mean(score))
            out[f"{score}_se"] = finite(self.error(score))
            out[f"{score}_by_seed"] = [finite(value) for value in self.scores[score]]
        return out

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Row":
        """What `to_json` gave; KeyError, TypeError or ValueError for anything else."""
        plain = ("data", "rule", "n", "modes_of", "iterations", "seconds", "device")
        by_seed = {score: given[f"{score}_by_seed"] for score in SCORES}
        return cls(
            method=given[KEY],
            **{name: given[name] for name in plain},
            seeds=tuple(given["seeds"]),
            scores={
                score: tuple(
                    float(WITHOUT_SAMPLES[score] if value is None else value) for value in values
                )
                for score, values in by_seed.items()
            },
        )


def clocked_on(device: str) -> str:
    """The device with what its seconds are: a processor's own on one thread, or those that pass."""
    return f"{device}, one thread" if device.startswith("CPU (") else f"{device}, passing seconds"


def finite(value: float) -> float | None:
    """The value, or None for infinity and NaN, which JSON cannot express."""
    return value if math.isfinite(value) else None
