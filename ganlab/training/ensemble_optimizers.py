"""Adam, RMSprop and SGD for parameters with a leading member axis, one learning rate a member.

All of a player's gradients are laid side by side as one (E, P) tensor, so that an update costs a
handful of calls however many layers there are. Each rule is the one of torch.optim, member by
member.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from ganlab.errors import CheckpointError


class EnsembleOptimizer:
    """What the rules share: parameters (E, ...), learning rates (E, 1), state as named tensors."""

    def __init__(self, parameters: Iterable[Tensor], lr: float | Tensor) -> None:
        self.parameters = list(parameters)
        self.members = len(self.parameters[0])
        self.sizes = [p[0].numel() for p in self.parameters]
        self.steps = 0
        self.state: dict[str, Tensor] = {}
        self.set_lr(lr)

    def set_lr(self, lr: float | Tensor) -> None:
        """One learning rate for all members, or a tensor (E,)."""
        first = self.parameters[0]
        values = torch.as_tensor(lr, dtype=torch.float32, device=first.device)
        self.lr = values.expand(self.members).reshape(-1, 1).clone()

    def step(self, gradients: Sequence[Tensor] | None = None) -> None:
        """Move the parameters, by the given gradients or by their own `.grad`."""
        with torch.no_grad():
            self.steps += 1
            change = self.change(self.flat(gradients))
            parts = [
                part.view_as(p)
                for part, p in zip(change.split(self.sizes, 1), self.parameters, strict=True)
            ]
            torch._foreach_sub_(self.parameters, parts)

    def flat(self, gradients: Sequence[Tensor] | None = None) -> Tensor:
        """All gradients as (E, P), in float32; zeros where a parameter has none."""
        if gradients is None:
            gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in self.parameters]
        return torch.cat([g.reshape(self.members, -1).float() for g in gradients], dim=1)

    def change(self, gradient: Tensor) -> Tensor:
        """What to subtract from the parameters, (E, P), for a gradient (E, P)."""
        raise NotImplementedError

    def buffer(self, name: str, like: Tensor) -> Tensor:
        """The running value of that name, zeros at first."""
        if name not in self.state:
            self.state[name] = torch.zeros_like(like)
        return self.state[name]

    def zero_grad(self) -> None:
        """Forget every gradient."""
        for p in self.parameters:
            p.grad = None

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on beside the parameters."""
        state = {name: value.clone() for name, value in self.state.items()}
        return {"steps": self.steps, "lr": self.lr.clone(), "state": state}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from a state_dict; raise CheckpointError where its shapes do not fit."""
        first = self.parameters[0]
        width = (self.members, sum(self.sizes))
        for name, value in saved["state"].items():
            if tuple(value.shape) != width:
                raise CheckpointError(
                    f"the optimiser's {name} must have shape {width}, got {tuple(value.shape)}:"
                    " the checkpoint belongs to another network"
                )
        self.steps = int(saved["steps"])
        self.set_lr(saved["lr"].reshape(-1))
        self.state = {k: v.to(first.device, copy=True) for k, v in saved["state"].items()}


class EnsembleAdam(EnsembleOptimizer):
    """Adam with bias correction. Kingma & Ba 2015, algorithm 1."""

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        self.betas, self.eps = betas, eps

    def change(self, gradient: Tensor) -> Tensor:
        """Return lr m̂ / (√v̂ + ε)."""
        beta1, beta2 = self.betas
        mean = self.buffer("mean", gradient).lerp_(gradient, 1 - beta1)
        square = self.buffer("square", gradient)
        square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        root = square.sqrt().div_((1 - beta2**self.steps) ** 0.5).add_(self.eps)
        return mean.div(root).mul_(self.lr / (1 - beta1**self.steps))


class EnsembleRMSprop(EnsembleOptimizer):
    """RMSprop. Tieleman & Hinton 2012, lecture 6.5."""

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float | Tensor = 1e-3,
        alpha: float = 0.99,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        self.alpha, self.eps = alpha, eps

    def change(self, gradient: Tensor) -> Tensor:
        """Return lr g / (√v + ε)."""
        square = self.buffer("square", gradient)
        square.mul_(self.alpha).addcmul_(gradient, gradient, value=1 - self.alpha)
        return gradient.div(square.sqrt().add_(self.eps)).mul_(self.lr)


class EnsembleSGD(EnsembleOptimizer):
    """Stochastic gradient descent, with heavy-ball momentum where it is not 0."""

    def __init__(
        self, parameters: Iterable[Tensor], lr: float | Tensor = 1e-2, momentum: float = 0.0
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = momentum

    def change(self, gradient: Tensor) -> Tensor:
        """Return lr (μ v + g)."""
        if self.momentum:
            gradient = self.buffer("velocity", gradient).mul_(self.momentum).add_(gradient)
        return gradient * self.lr
