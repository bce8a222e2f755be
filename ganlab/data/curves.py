"""Distributions along a curve: line, spiral, two moons, Swiss roll, the lecture notes' sine."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ganlab.data.distribution import Points, mean_of_gaussians, root_mean_square, square_extent

NODES = 2048
"""Places along a curve at which its density and its distance are computed."""


class Curve(Points):
    """path(t) with t uniform on [0, 1], plus round Gaussian noise.

    path maps t (N,) to (N, 2) and keeps its type.
    """

    def __init__(
        self, path: Callable[[Tensor], Tensor], noise: float, tolerance: float = 0.05
    ) -> None:
        self.path = path
        self.noise = noise
        self.tolerance = max(tolerance, 3 * noise)
        """How near to the curve a sample must lie to count as on it."""
        middles = (torch.arange(NODES, dtype=torch.float64) + 0.5) / NODES
        self.nodes = path(middles)
        self.extent = square_extent(self.nodes)
        self.scale = math.hypot(root_mean_square(self.nodes), noise)

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Return (n, 2) points: a place on the curve, then a Gaussian step."""
        points = self.path(torch.rand(n, generator=generator, device=generator.device))
        if self.noise:
            step = torch.randn(n, 2, generator=generator, device=generator.device)
            points = points + self.noise * step
        return points

    def log_prob(self, x: Tensor) -> Tensor | None:
        """Log-density at x (..., 2) -> (...) by midpoints along the curve; None without noise."""
        if not self.noise:
            return None
        return mean_of_gaussians(x, self.nodes, self.noise)


def line(length: float = 2.0, angle: float = 30.0, noise: float = 0.02) -> Curve:
    """A straight piece of a line, the easiest thing to learn. angle in degrees."""
    slope = math.radians(angle)
    direction = torch.tensor([math.cos(slope), math.sin(slope)], dtype=torch.float64)
    return Curve(lambda t: length * (t[:, None] - 0.5) * direction.to(t), noise)


def sine(noise: float = 0.0) -> Curve:
    """x1 uniform on [0, 2π], x2 = sin x1."""

    def path(t: Tensor) -> Tensor:
        x1 = 2 * math.pi * t
        return torch.stack([x1, torch.sin(x1)], dim=-1)

    return Curve(path, noise, tolerance=0.1)


def spiral(turns: float = 1.5, arms: int = 2, noise: float = 0.02) -> Curve:
    """Arms that wind outwards to radius 1, evenly filled along their length (r grows as √t)."""

    def path(t: Tensor) -> Tensor:
        arm = torch.floor(arms * t)
        radius = torch.sqrt(arms * t - arm)
        angle = 2 * math.pi * (turns * radius + arm / arms)
        return radius[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)

    return Curve(path, noise)


def two_moons(noise: float = 0.05) -> Curve:
    """Two interleaved half circles, moved so that the origin lies between them."""

    def path(t: Tensor) -> Tensor:
        lower = t >= 0.5
        angle = math.pi * torch.where(lower, 2 * t - 1, 2 * t)
        x = torch.where(lower, 1 - torch.cos(angle), torch.cos(angle)) - 0.5
        y = torch.where(lower, 0.5 - torch.sin(angle), torch.sin(angle)) - 0.25
        return torch.stack([x, y], dim=-1)

    return Curve(path, noise)


def swiss_roll(noise: float = 0.02) -> Curve:
    """The rolled sheet seen from its side, to radius 1: angle from 1.5π to 4.5π."""

    def path(t: Tensor) -> Tensor:
        angle = 1.5 * math.pi * (1 + 2 * t)
        radius = angle / (4.5 * math.pi)
        return radius[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)

    return Curve(path, noise)
