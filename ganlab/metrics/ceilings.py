"""Ceilings and floors: the scores of exact samples of a mixture under the rules of `metrics.modes`.

Plain numbers, so that pages which only watch need no torch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

RADIUS = 3.0
"""In standard deviations."""
CEILINGS = {"ball": 1 - math.exp(-(RADIUS**2) / 2), "box": math.erf(RADIUS / math.sqrt(2)) ** 2}
"""The share of high quality that exact samples reach: 98.89 % and 99.46 %."""


def kl_floor(modes: int, n: int) -> float:
    """The mean reverse KL of exact samples: (K - 1) / 2N, to first order in 1/N."""
    return (modes - 1) / (2 * n)


def one_mode_kl(modes: int, weights: Sequence[float] = ()) -> float:
    """The reverse KL of samples that all lie in the lightest mode: -log w, log K of equal ones."""
    return -math.log(min(weights) / math.fsum(weights)) if weights else math.log(modes)


@dataclass(frozen=True)
class Bounds:
    """The mean scores of N exact samples under a rule, the best that can be expected."""

    modes: int
    high_quality: float
    reverse_kl: float
    """Over the high-quality samples alone, of which there are a few less than N."""
    reverse_kl_all: float
    spread: float = 1.0


def bounds(modes: int, n: int, rule: str = "ball") -> Bounds:
    """The ceilings and floors of n samples of a mixture of that many equal modes."""
    ceiling = CEILINGS[rule]
    floor = kl_floor(modes, n)
    return Bounds(modes, ceiling, floor / ceiling, floor)
