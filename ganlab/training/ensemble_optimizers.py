"""Adam, RMSprop and SGD for weights with a leading member axis, one learning rate a member.

They are torch.optim optimisers whose `lr` is a tensor (E,), keep the moments of torch.optim under
the same names, and follow its rules member by member; so a checkpoint, or a run whose learning
rates are drawn apart while it trains, moves between the two kinds freely.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


class EnsembleOptimizer(Optimizer, ABC):
    """What the rules share: state per weight, and rates that broadcast over each weight."""

    moments: tuple[str, ...] = ()
    """Names of the running values, in torch.optim's spelling."""

    def __init__(self, weights: Iterable[nn.Parameter], lr: Tensor, **settings: Any) -> None:
        super().__init__(list(weights), {"lr": lr, **settings})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient."""
        assert closure is None
        for group in self.param_groups:
            weights = [w for w in group["params"] if w.grad is not None]
            if not weights:
                continue
            for w in weights:
                state = self.state[w]
                if "step" not in state:
                    state["step"] = torch.zeros(())
                for name in self.moments:
                    if name not in state:
                        state[name] = torch.zeros_like(w)
                state["step"] += 1
            gradients = [w.grad.float() for w in weights]
            step = float(self.state[weights[0]]["step"])
            kept = [[self.state[w][name] for w in weights] for name in self.moments]
            changes = self.changes(gradients, kept, step, group)
            rate = group["lr"].to(weights[0].device)
            rates = [rate.reshape(-1, *[1] * (w.ndim - 1)) for w in weights]
            torch._foreach_mul_(changes, rates)
            torch._foreach_sub_(weights, changes)

    @abstractmethod
    def changes(
        self, gradients: list[Tensor], kept: list[list[Tensor]], step: float, group: dict[str, Any]
    ) -> list[Tensor]:
        """Fresh tensors: what to subtract from each weight, before the learning rate."""


class EnsembleAdam(EnsembleOptimizer):
    """Adam with bias correction. Kingma & Ba 2015, algorithm 1."""

    moments = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        weights: Iterable[nn.Parameter],
        lr: Tensor,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(weights, lr, betas=betas, eps=eps)

    def changes(
        self, gradients: list[Tensor], kept: list[list[Tensor]], step: float, group: dict[str, Any]
    ) -> list[Tensor]:
        """Return m̂ / (√v̂ + ε) for each weight."""
        means, squares = kept
        beta1, beta2 = group["betas"]
        torch._foreach_lerp_(means, gradients, 1 - beta1)
        torch._foreach_mul_(squares, beta2)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - beta2)
        roots = torch._foreach_sqrt(squares)
        torch._foreach_div_(roots, (1 - beta2**step) ** 0.5)
        torch._foreach_add_(roots, group["eps"])
        changes = torch._foreach_div(means, roots)
        torch._foreach_div_(changes, 1 - beta1**step)
        return list(changes)


class EnsembleRMSprop(EnsembleOptimizer):
    """RMSprop. Tieleman & Hinton 2012, lecture 6.5."""

    moments = ("square_avg",)

    def __init__(
        self,
        weights: Iterable[nn.Parameter],
        lr: Tensor,
        alpha: float = 0.99,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(weights, lr, alpha=alpha, eps=eps)

    def changes(
        self, gradients: list[Tensor], kept: list[list[Tensor]], step: float, group: dict[str, Any]
    ) -> list[Tensor]:
        """Return g / (√v + ε) for each weight."""
        del step
        (squares,) = kept
        torch._foreach_mul_(squares, group["alpha"])
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - group["alpha"])
        roots = torch._foreach_sqrt(squares)
        torch._foreach_add_(roots, group["eps"])
        return list(torch._foreach_div(gradients, roots))


class EnsembleSGD(EnsembleOptimizer):
    """Stochastic gradient descent with heavy-ball momentum."""

    moments = ("momentum_buffer",)

    def __init__(self, weights: Iterable[nn.Parameter], lr: Tensor, momentum: float = 0.0) -> None:
        super().__init__(weights, lr, momentum=momentum)

    def changes(
        self, gradients: list[Tensor], kept: list[list[Tensor]], step: float, group: dict[str, Any]
    ) -> list[Tensor]:
        """Return μ v + g for each weight."""
        del step
        (velocities,) = kept
        torch._foreach_mul_(velocities, group["momentum"])
        torch._foreach_add_(velocities, gradients)
        return [velocity.clone() for velocity in velocities]
