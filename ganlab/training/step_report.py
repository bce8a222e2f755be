"""What a step of each player reports, still on the device."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.training.player_losses import Objective


class DReport(NamedTuple):
    """What a step of D saw, still on the device; scalar tensors, or (E,) for an ensemble."""

    loss: Tensor
    real_accuracy: Tensor
    """Share of real samples with a score above the one at which D is undecided."""
    fake_accuracy: Tensor
    """Share of fake samples with a score below it."""


class GReport(NamedTuple):
    """What a step of G saw, still on the device; scalar tensors, or (E,) for an ensemble."""

    loss: Tensor
    gradient: Tensor
    """Euclidean norm of the gradient over all of G's weights."""
    terms: Mapping[str, Tensor] = MappingProxyType({})
    """What else G minimises, of terms that are reported, by the name of its column."""


@torch.no_grad()
def d_report(
    objective: Objective, losses: Tensor, real_logits: Tensor, fake_logits: Tensor
) -> DReport:
    """Sum up a step of D from its losses and logits, (N,) or (E, N) each."""
    undecided = objective.undecided(real_logits, fake_logits)
    return DReport(
        losses.mean(-1).detach(),
        (real_logits > undecided).float().mean(-1),
        (fake_logits < undecided).float().mean(-1),
    )


def gradient_norm(gradients: list[Tensor], total: Tensor) -> Tensor:
    """Euclidean norm over all gradients, () or (E,) as total is."""
    if total.numel() == 1:
        return torch.stack(torch._foreach_norm(gradients)).norm().reshape(total.shape)
    return torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(
        dim=0
    )
