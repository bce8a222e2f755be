"""Truncation by the norm of G's Jacobian (JBT).

Tanielian, Issenhuth, Dohmatob & Mary 2020, section 4. A continuous G that covers separate modes is
steep between them, so that its samples between two modes come from the z with the largest
Jacobian. These z are left out. The method needs G alone: no real sample, no mode and no D.
"""

import math

import torch
from torch import Tensor, nn


def steepness(G: nn.Module, z: Tensor) -> Tensor:
    """‖∂G/∂z‖ (Frobenius) at each z (E, N, z_dim) -> (E, N), for a G in evaluation mode."""
    z = z.detach().requires_grad_(True)
    with torch.enable_grad():
        points = G(z)  # (E, N, 2); no sample's point depends on another's z
        total = torch.zeros(z.shape[:-1], device=z.device)
        for coordinate in points.unbind(-1):
            (row,) = torch.autograd.grad(coordinate.sum(), z, retain_graph=True)
            total = total + row.square().sum(-1)
    return total.sqrt()


def needed(n: int, share: float) -> int:
    """How many z to draw so that n remain without the steepest share."""
    return math.ceil(n / (1 - share) - 1e-9)


def flattest(G: nn.Module, z: Tensor, n: int) -> Tensor:
    """The n of each member's z (E, N, z_dim) at which G is least steep, in their original order."""
    kept = steepness(G, z).argsort(-1)[:, :n].sort(-1).values
    return z.gather(1, kept[..., None].expand(-1, -1, z.shape[-1]))
