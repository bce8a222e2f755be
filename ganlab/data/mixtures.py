"""Mixtures of round Gaussians: ring, grid, two Gaussians, an unbalanced mixture."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ganlab.data.distribution import Points, root_mean_square, square_extent


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


def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> Mixture:
    """Equal Gaussians on a circle, all distinct. Metz et al. 2017; Lin et al. 2018 (PacGAN)."""
    angles = [2 * math.pi * k / modes for k in range(modes)]
    return Mixture([(radius * math.cos(a), radius * math.sin(a)) for a in angles], std)


def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """Equal Gaussians on a square grid around the origin: {-4,-2,0,2,4}² as PacGAN has it."""
    line = [spacing * (k - (side - 1) / 2) for k in range(side)]
    return Mixture([(x, y) for x in line for y in line], std)


def two_gaussians(distance: float = 2.0, std: float = 0.2) -> Mixture:
    """Two equal Gaussians side by side."""
    return Mixture([(-distance / 2, 0.0), (distance / 2, 0.0)], std)


def unbalanced(modes: int = 5, ratio: float = 2.0, std: float = 0.05) -> Mixture:
    """Gaussians on a circle, each `ratio` times rarer than the one before."""
    places = ring(modes, 1.0, std).modes
    assert places is not None
    corners = [(float(x), float(y)) for x, y in places]
    return Mixture(corners, std, [ratio**-k for k in range(modes)])
