"""How well samples follow a curve: how many lie on it, and how much of it they reach."""

import torch
from torch import Tensor


def distance_to_curve(samples: Tensor, nodes: Tensor) -> Tensor:
    """Distance of samples (..., 2) to the polyline through nodes (M, 2), (...)."""
    start, end = nodes[:-1].to(samples), nodes[1:].to(samples)
    along = end - start
    offset = samples.reshape(-1, 1, 2) - start  # (N, M - 1, 2)
    length = along.square().sum(-1).clamp(min=1e-24)
    share = ((offset * along).sum(-1) / length).clamp(0, 1)
    distance = (offset - share[..., None] * along).norm(dim=-1)
    return distance.amin(-1).reshape(samples.shape[:-1])


def on_curve(samples: Tensor, nodes: Tensor, within: float = 0.1) -> Tensor:
    """The share of samples (..., N, 2) that lie within a distance of the curve, (...)."""
    return (distance_to_curve(samples, nodes) <= within).double().mean(-1)


def coverage(
    samples: Tensor, nodes: Tensor, low: float, high: float, parts: int = 20, within: float = 0.1
) -> Tensor:
    """How many of the equal parts of x1 in [low, high] hold a sample on the curve, (...)."""
    near = distance_to_curve(samples, nodes) <= within
    x1 = samples[..., 0]
    part = ((x1 - low) / (high - low) * parts).floor().long().clamp(0, parts - 1)
    inside = near & (x1 >= low) & (x1 <= high)
    hits = torch.nn.functional.one_hot(part, parts) * inside[..., None]
    return (hits.sum(-2) > 0).sum(-1)
