"""Jensen-Shannon and Kullback-Leibler divergences on a grid, with their noise floor.

The plane is cut into cells and the outermost ones reach to infinity, so that a sample off the
canvas counts against G. The cell counts are two distributions, so that their divergences are never
negative and JS is at most log 2. Two finite draws of the data differ too: `noise_floor` measures
by how much, and a score below it cannot be distinguished from a perfect one.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ganlab.data.distribution import Extent, Points
from ganlab.errors import ConfigError

FEWEST = 2000
"""Samples below which a divergence on a 24 by 24 grid is noise."""
CELLS = 24


def cell_counts(samples: Tensor, extent: Extent, cells: int = CELLS) -> Tensor:
    """Counts (..., (cells + 2)²) of samples (..., N, 2), outermost cells reaching to infinity."""
    if samples.shape[-2] < FEWEST:
        raise ConfigError(
            f"a divergence on a grid needs at least {FEWEST} samples, got {samples.shape[-2]}"
        )
    left, right, bottom, top = extent
    low = samples.new_tensor([left, bottom])
    size = samples.new_tensor([right - left, top - bottom])
    place = ((samples - low) / size * cells).nan_to_num(nan=-1.0, posinf=cells, neginf=-1)
    place = place.clamp(-1, cells).floor().long() + 1  # 0 and cells + 1 are outside
    index = place[..., 0] * (cells + 2) + place[..., 1]
    counts = torch.zeros(*samples.shape[:-2], (cells + 2) ** 2, device=samples.device)
    return counts.scatter_add_(-1, index, torch.ones_like(index, dtype=counts.dtype))


def kl(p: Tensor, q: Tensor) -> Tensor:
    """KL(p‖q) of counts (..., C), in nats, both smoothed by half a count a cell (Jeffreys' prior).

    Smoothing only where either has samples keeps empty plane out of the sum.
    """
    used = ((p + q) > 0).double()
    p, q = (p.double() + 0.5) * used, (q.double() + 0.5) * used
    p, q = p / p.sum(-1, keepdim=True), q / q.sum(-1, keepdim=True)
    ratio = torch.where(used > 0, p / q.clamp(min=1e-300), torch.ones_like(p))
    return torch.special.xlogy(p, ratio).sum(-1).clamp(min=0)


def js(p: Tensor, q: Tensor) -> Tensor:
    """Jensen-Shannon divergence of counts (..., C), in nats, from 0 to log 2, unsmoothed."""
    p, q = p.double() / p.sum(-1, keepdim=True), q.double() / q.sum(-1, keepdim=True)
    middle = ((p + q) / 2).clamp(min=1e-300)
    halves = torch.special.xlogy(p, p / middle) + torch.special.xlogy(q, q / middle)
    return (halves.sum(-1) / 2).clamp(0, math.log(2))


@dataclass(frozen=True)
class NoiseFloor:
    """The divergence of two real sets of the same size: mean and 95th percentile."""

    js: float
    js_high: float
    kl: float
    kl_high: float


def noise_floor(
    data: Points, n: int, generator: torch.Generator, draws: int = 40, cells: int = CELLS
) -> NoiseFloor:
    """The divergences between pairs of independent draws of n samples of the data."""
    first, second = (
        cell_counts(
            torch.stack([data.draw(n, generator) for _ in range(draws)]), data.extent, cells
        )
        for _ in range(2)
    )
    both = js(first, second), kl(first, second)
    means = [float(values.mean()) for values in both]
    highs = [float(values.quantile(0.95)) for values in both]
    return NoiseFloor(js=means[0], js_high=highs[0], kl=means[1], kl_high=highs[1])
