"""How well samples follow a curve: the share that lies on it, and how much of it they cover."""

import torch
from torch import Tensor

PARTS = 20


def nearest_node(samples: Tensor, nodes: Tensor) -> tuple[Tensor, Tensor]:
    """Distance of samples (..., N, 2) to the nearest of nodes (M, 2) and its index, (..., N).

    With nodes a hundredth of the tolerance apart this is the distance to the curve.
    """
    exact = "donot_use_mm_for_euclid_dist"
    flat = samples.reshape(-1, 2)
    parts = [
        torch.cdist(part, nodes.to(flat), compute_mode=exact).min(-1) for part in flat.split(2500)
    ]
    distance = torch.cat([part.values for part in parts]).reshape(samples.shape[:-1])
    return distance, torch.cat([part.indices for part in parts]).reshape(samples.shape[:-1])


def on_curve(samples: Tensor, nodes: Tensor, within: float) -> Tensor:
    """The share of samples (..., N, 2) that lie within a distance of the curve, (...)."""
    return (nearest_node(samples, nodes)[0] <= within).double().mean(-1)


def coverage(samples: Tensor, nodes: Tensor, within: float, parts: int = PARTS) -> Tensor:
    """How many of `parts` equal stretches of the curve have a sample on them, (...).

    nodes (M, 2) stand evenly in the parameter by which the curve is drawn, x1 for the sine.
    """
    distance, index = nearest_node(samples, nodes)
    part = index * parts // len(nodes)
    hits = torch.nn.functional.one_hot(part, parts) * (distance <= within)[..., None]
    return (hits.sum(-2) > 0).sum(-1)
