"""Distributions in the plane: along a curve, or mixtures of round Gaussians."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ganlab.data.distribution import Points, mean_of_gaussians, root_mean_square, square_extent
from ganlab.registry import Parameter, data

NODES = 2048
"""Places along a curve at which its density and its distance are computed."""


def _noise(default: float) -> Parameter:
    return Parameter(default, "Standard deviation of the noise around the curve.", 0.0, 1.0)


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


class Mixture(Points):
    """Σ_k w_k N(m_k, σ² I), with its exact log-density."""

    def __init__(
        self, modes: Sequence[tuple[float, float]], std: float, weights: Sequence[float] = ()
    ) -> None:
        self.modes = torch.tensor(modes, dtype=torch.float64).float()
        shares = torch.tensor(list(weights) or [1.0] * len(modes), dtype=torch.float64)
        self.weights = (shares / shares.sum()).float()
        self.balanced = not weights
        self.std = std
        self._spread = torch.tensor(std)
        self.extent = square_extent(torch.cat([self.modes - 3 * std, self.modes + 3 * std]))
        self.scale = math.hypot(root_mean_square(self.modes), std)

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Return (n, 2) points: a mode by its weight, then a Gaussian step."""
        return self._around(self._which(n, generator), self._step(n, generator))

    def sample(self, n: int, generator: torch.Generator | Sequence[torch.Generator]) -> Tensor:
        """Return (n, 2) points from one generator; (E, n, 2) from E of them, one a member.

        Member k's are those of `draw` with its generator; the arithmetic is done for all at once.
        """
        if isinstance(generator, torch.Generator):
            return self.draw(n, generator)
        which, steps = zip(*((self._which(n, g), self._step(n, g)) for g in generator), strict=True)
        return self._around(torch.stack(which), torch.stack(steps))

    def _which(self, n: int, generator: torch.Generator) -> Tensor:
        assert self.modes is not None
        assert self.weights is not None
        device = generator.device
        if self.balanced:
            return torch.randint(len(self.modes), (n,), generator=generator, device=device)
        shares = self.weights.to(device)
        return torch.multinomial(shares, n, replacement=True, generator=generator)

    def _step(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randn(n, 2, generator=generator, device=generator.device)

    def _around(self, which: Tensor, step: Tensor) -> Tensor:
        assert self.modes is not None
        modes, spread = self.modes.to(step.device), self._spread.to(step.device)
        return torch.addcmul(modes[which], step, spread)

    def log_prob(self, x: Tensor) -> Tensor:
        """Log-density at x (..., 2) -> (...)."""
        assert self.modes is not None
        assert self.weights is not None
        assert self.std is not None
        modes, weights = self.modes.to(x.device), self.weights.to(x.device)
        squared = (x[..., None, :] - modes).square().sum(-1)  # (..., K)
        normaliser = math.log(2 * math.pi * self.std**2)
        exponents = weights.log() - 0.5 * squared / self.std**2
        return torch.logsumexp(exponents, dim=-1) - normaliser


@data(
    "line",
    title="Line",
    summary="A straight piece of a line: the easiest thing to learn.",
    space="points",
    parameters={
        "length": Parameter(2.0, "Its length.", 0.1, 10.0),
        "angle": Parameter(30.0, "Its slope in degrees.", -180.0, 180.0),
        "noise": _noise(0.02),
    },
)
def line(length: float = 2.0, angle: float = 30.0, noise: float = 0.02) -> Curve:
    """A straight piece of a line, the easiest thing to learn. angle in degrees."""
    slope = math.radians(angle)
    direction = torch.tensor([math.cos(slope), math.sin(slope)], dtype=torch.float64)
    return Curve(lambda t: length * (t[:, None] - 0.5) * direction.to(t), noise)


@data(
    "two-gaussians",
    title="Two Gaussians",
    summary="Two equal Gaussians side by side: the smallest case of mode collapse.",
    space="points",
    parameters={
        "distance": Parameter(2.0, "Distance between the centres.", 0.1, 10.0),
        "std": Parameter(0.2, "Standard deviation of each.", 0.001, 2.0, logarithmic=True),
    },
    modes=lambda **_: 2,
)
def two_gaussians(distance: float = 2.0, std: float = 0.2) -> Mixture:
    """Two equal Gaussians side by side."""
    return Mixture([(-distance / 2, 0.0), (distance / 2, 0.0)], std)


@data(
    "ring",
    title="Ring",
    summary="Gaussians on a circle, the literature's first test of mode collapse.",
    space="points",
    source="Metz et al. 2017; Lin et al. 2018",
    parameters={
        "modes": Parameter(8, "How many.", 1, 64),
        "radius": Parameter(1.0, "Radius of the circle.", 0.1, 10.0),
        "std": Parameter(
            0.01,
            "Standard deviation of each; 0.05 is easier to see and to learn.",
            0.001,
            1.0,
            logarithmic=True,
        ),
    },
    modes=lambda modes, **_: modes,
)
def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> Mixture:
    """Equal Gaussians on a circle, all distinct. Metz et al. 2017; Lin et al. 2018 (PacGAN)."""
    angles = [2 * math.pi * k / modes for k in range(modes)]
    return Mixture([(radius * math.cos(a), radius * math.sin(a)) for a in angles], std)


@data(
    "grid",
    title="Grid",
    summary="Twenty-five Gaussians on a square grid: many modes, far apart.",
    space="points",
    source="Dumoulin et al. 2017; Lin et al. 2018",
    parameters={
        "side": Parameter(5, "Gaussians along a side.", 1, 10),
        "spacing": Parameter(2.0, "Distance between neighbours.", 0.1, 10.0),
        "std": Parameter(0.05, "Standard deviation of each.", 0.001, 2.0, logarithmic=True),
    },
    modes=lambda side, **_: side**2,
)
def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """Equal Gaussians on a square grid around the origin: {-4,-2,0,2,4}² as PacGAN has it."""
    line = [spacing * (k - (side - 1) / 2) for k in range(side)]
    return Mixture([(x, y) for x in line for y in line], std)


@data(
    "unbalanced",
    title="Unbalanced",
    summary="Gaussians of falling weight: rare modes are the first to be lost.",
    space="points",
    parameters={
        "modes": Parameter(5, "How many.", 2, 16),
        "ratio": Parameter(2.0, "How much rarer each is than the one before.", 1.0, 10.0),
        "std": Parameter(0.05, "Standard deviation of each.", 0.001, 1.0, logarithmic=True),
    },
    modes=lambda modes, **_: modes,
)
def unbalanced(modes: int = 5, ratio: float = 2.0, std: float = 0.05) -> Mixture:
    """Gaussians on a circle, each `ratio` times rarer than the one before."""
    places = ring(modes, 1.0, std).modes
    assert places is not None
    corners = [(float(x), float(y)) for x, y in places]
    return Mixture(corners, std, [ratio**-k for k in range(modes)])


@data(
    "sine",
    title="Sine",
    summary="x₁ uniform on [0, 2π] and x₂ = sin x₁, as in the lecture notes.",
    space="points",
    formula=r"x_2 = \sin x_1",
    parameters={"noise": _noise(0.0)},
)
def sine(noise: float = 0.0) -> Curve:
    """x1 uniform on [0, 2π], x2 = sin x1."""

    def path(t: Tensor) -> Tensor:
        x1 = 2 * math.pi * t
        return torch.stack([x1, torch.sin(x1)], dim=-1)

    return Curve(path, noise, tolerance=0.1)


@data(
    "spiral",
    title="Spiral",
    summary="Interleaved arms that wind outwards.",
    space="points",
    parameters={
        "turns": Parameter(1.5, "Turns of each arm.", 0.25, 5.0),
        "arms": Parameter(2, "How many arms.", 1, 6),
        "noise": _noise(0.02),
    },
)
def spiral(turns: float = 1.5, arms: int = 2, noise: float = 0.02) -> Curve:
    """Arms that wind outwards to radius 1, evenly filled along their length (r grows as √t)."""

    def path(t: Tensor) -> Tensor:
        arm = torch.floor(arms * t)
        radius = torch.sqrt(arms * t - arm)
        angle = 2 * math.pi * (turns * radius + arm / arms)
        return radius[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)

    return Curve(path, noise)


@data(
    "two-moons",
    title="Two moons",
    summary="Two interleaved half circles.",
    space="points",
    parameters={"noise": _noise(0.05)},
)
def two_moons(noise: float = 0.05) -> Curve:
    """Two interleaved half circles, moved so that the origin lies between them."""

    def path(t: Tensor) -> Tensor:
        lower = t >= 0.5
        angle = math.pi * torch.where(lower, 2 * t - 1, 2 * t)
        x = torch.where(lower, 1 - torch.cos(angle), torch.cos(angle)) - 0.5
        y = torch.where(lower, 0.5 - torch.sin(angle), torch.sin(angle)) - 0.25
        return torch.stack([x, y], dim=-1)

    return Curve(path, noise)


@data(
    "swiss-roll",
    title="Swiss roll",
    summary="A rolled sheet seen from its side.",
    space="points",
    parameters={"noise": _noise(0.02)},
)
def swiss_roll(noise: float = 0.02) -> Curve:
    """The rolled sheet seen from its side, to radius 1: angle from 1.5π to 4.5π."""

    def path(t: Tensor) -> Tensor:
        angle = 1.5 * math.pi * (1 + 2 * t)
        radius = angle / (4.5 * math.pi)
        return radius[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)

    return Curve(path, noise)
