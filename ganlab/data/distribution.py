"""The base class of two-dimensional distributions."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor

Extent = tuple[float, float, float, float]


class Points(ABC):
    """A distribution in the plane.

    Samples are exact float32 and come from the given generators only.
    """

    extent: Extent
    """(left, right, bottom, top) of a canvas that shows it with room around."""
    scale: float
    """A typical distance from the origin, by which networks divide their inputs."""
    modes: Tensor | None = None
    """Centres (K, 2), if it has modes."""
    weights: Tensor | None = None
    """The share (K,) of each mode."""
    std: float | None = None
    """The standard deviation of a mode, the same in every direction."""

    @abstractmethod
    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Return (n, 2) points on the generator's device."""

    def sample(self, n: int, generator: torch.Generator | Sequence[torch.Generator]) -> Tensor:
        """Return (n, 2) points from one generator; (E, n, 2) from E of them, one a member."""
        if isinstance(generator, torch.Generator):
            return self.draw(n, generator)
        return torch.stack([self.draw(n, g) for g in generator])

    def log_prob(self, x: Tensor) -> Tensor | None:
        """Log-density at x (..., 2) -> (...), or None where there is no density."""
        del x
        return None


def square_extent(points: Tensor, margin: float = 0.25) -> Extent:
    """A square around points (N, 2), with a margin as a share of its half side."""
    low, high = points.amin(0).double(), points.amax(0).double()
    centre = (low + high) / 2
    half = max(float((high - low).max()) / 2, 1e-3) * (1 + margin)
    x, y = centre.tolist()
    return (x - half, x + half, y - half, y + half)


def root_mean_square(points: Tensor) -> float:
    """√E‖x‖²/2: how far a coordinate of points (N, 2) typically lies from the origin."""
    return max(float(points.double().square().mean().sqrt()), 1e-6)


def mean_of_gaussians(x: Tensor, centres: Tensor, std: float) -> Tensor:
    """Logarithm of the mean over centres (K, 2) of N(x; centre, std² I): (..., 2) -> (...)."""
    exact = "donot_use_mm_for_euclid_dist"  # the fast way loses digits where points are close
    distance = torch.cdist(x.reshape(-1, 2), centres.to(x), compute_mode=exact)
    exponents = torch.logsumexp(-0.5 * (distance / std).square(), dim=-1)
    return (exponents - math.log(len(centres) * 2 * math.pi * std**2)).reshape(x.shape[:-1])
