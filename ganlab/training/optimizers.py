"""From an OptimizerConfig to an optimiser, and its learning rate at a step."""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import nn
from torch.optim import Optimizer

from ganlab.config import OptimizerConfig
from ganlab.training.ensemble_optimizers import (
    EnsembleAdam,
    EnsembleOptimizer,
    EnsembleRMSprop,
    EnsembleSGD,
)


class LeanAdam(torch.optim.Adam):
    """Torch's fused Adam without the bookkeeping around it.

    On networks of some ten thousand weights that bookkeeping takes longer than the update.
    """

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient."""
        assert closure is None
        self.move()

    @torch.no_grad()
    def move(self) -> None:
        """What `step` does, without the profiler's record that torch wraps around every `step`."""
        for group in self.param_groups:
            weights = [w for w in group["params"] if w.grad is not None]
            states = [self.state[w] for w in weights]
            if not all("exp_avg" in state for state in states):
                super().step()  # the first step builds the moments
                return
            counts = [state["step"] for state in states]
            torch._foreach_add_(counts, 1)
            beta1, beta2 = group["betas"]
            torch._fused_adam_(
                weights,
                [w.grad for w in weights],
                [state["exp_avg"] for state in states],
                [state["exp_avg_sq"] for state in states],
                [],
                counts,
                lr=group["lr"],
                beta1=beta1,
                beta2=beta2,
                weight_decay=0.0,
                eps=group["eps"],
                amsgrad=False,
                maximize=False,
            )


def build_optimizer(
    parameters: Iterable[nn.Parameter], config: OptimizerConfig, *others: OptimizerConfig
) -> Optimizer:
    """The optimiser that config names, fused where it can be.

    others are those of the further members of an ensemble. Where their learning rates differ, each
    member moves at its own; its state has the same names and shapes either way.
    """
    weights = list(parameters)
    betas = (config.beta1, config.beta2)
    if any(other != config for other in others):
        rates = torch.tensor([one.lr for one in (config, *others)])
        if config.name == "sgd":
            return EnsembleSGD(weights, rates, momentum=config.beta1)
        if config.name == "rmsprop":
            return EnsembleRMSprop(weights, rates, alpha=config.beta2, eps=config.epsilon)
        return EnsembleAdam(weights, rates, betas, config.epsilon)
    if config.name == "sgd":
        return torch.optim.SGD(weights, config.lr, momentum=config.beta1)
    if config.name == "rmsprop":
        return torch.optim.RMSprop(weights, config.lr, alpha=config.beta2, eps=config.epsilon)
    small = all(weight.device.type == "cpu" for weight in weights)
    kind = LeanAdam if small else torch.optim.Adam
    return kind(weights, config.lr, betas, config.epsilon, fused=True)


def rebuilt(optimizer: Optimizer, configs: Sequence[OptimizerConfig]) -> Optimizer:
    """An optimiser of these configurations for the same weights.

    Moments go on where the rule stays the same, and start afresh where it changes.
    """
    weights = [w for group in optimizer.param_groups for w in group["params"]]
    fresh = build_optimizer(weights, *configs)
    old, new = (
        type(one).__name__.removeprefix("Ensemble").removeprefix("Lean")
        for one in (optimizer, fresh)
    )
    if old == new:
        fresh.state.update(optimizer.state)
    return fresh


def move(optimizer: Optimizer) -> None:
    """Move every weight of the optimiser that has a gradient."""
    (optimizer.move if isinstance(optimizer, LeanAdam) else optimizer.step)()


def learning_rate(config: OptimizerConfig, progress: float) -> float:
    """The learning rate where that share of the run's budget is spent, 0 to 1."""
    if config.decay == "cosine":
        fall = 0.5 * (1 - math.cos(math.pi * progress))
    else:
        fall = progress if config.decay == "linear" else 0.0
    return config.lr * (1 - (1 - config.floor) * fall)


def tune(optimizer: Optimizer, configs: Sequence[OptimizerConfig], progress: float) -> None:
    """Give the optimiser what its members' configurations say now; its moments stay."""
    first = configs[0]
    apart = isinstance(optimizer, EnsembleOptimizer)
    rates = [learning_rate(one, progress) for one in (configs if apart else configs[:1])]
    for group in optimizer.param_groups:
        group["lr"] = torch.tensor(rates) if apart else rates[0]
        if "betas" in group:
            group["betas"] = (first.beta1, first.beta2)
        if "eps" in group:
            group["eps"] = first.epsilon
