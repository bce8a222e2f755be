"""From an OptimizerConfig to an optimiser, and its learning rate at a step."""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ganlab import fast_cpu
from ganlab.config import OptimizerConfig
from ganlab.errors import ConfigError
from ganlab.registry import Decay, decay, find, optimizer
from ganlab.registry import Optimizer as OptimizerRecord
from ganlab.training.ensemble_optimizers import (
    EnsembleAdam,
    EnsembleOptimizer,
    EnsembleRMSprop,
    EnsembleSGD,
)


@optimizer(
    "adam",
    title="Adam",
    summary="Moments of the gradient set the step of each weight (Kingma & Ba 2015).",
    ensembles=True,
)
def adam(weights: list[nn.Parameter], config: OptimizerConfig, rates: Tensor | None) -> Optimizer:
    """Adam, fused; on a CPU without torch's bookkeeping."""
    betas = (config.beta1, config.beta2)
    if rates is not None:
        return EnsembleAdam(weights, rates, betas, config.epsilon)
    lean = all(fast_cpu.on(weight) for weight in weights)
    kind = fast_cpu.LeanAdam if lean else torch.optim.Adam
    return kind(weights, config.lr, betas, config.epsilon, fused=True)


@optimizer("sgd", title="SGD", summary="Plain steps against the gradient.", ensembles=True)
def sgd(weights: list[nn.Parameter], config: OptimizerConfig, rates: Tensor | None) -> Optimizer:
    """Gradient descent with momentum β₁."""
    if rates is not None:
        return EnsembleSGD(weights, rates, momentum=config.beta1)
    return torch.optim.SGD(weights, config.lr, momentum=config.beta1)


@optimizer(
    "rmsprop",
    title="RMSprop",
    summary="Steps divided by the recent size of the gradient (Tieleman & Hinton 2012).",
    ensembles=True,
)
def rmsprop(
    weights: list[nn.Parameter], config: OptimizerConfig, rates: Tensor | None
) -> Optimizer:
    """RMSprop, whose running mean decays by β₂."""
    if rates is not None:
        return EnsembleRMSprop(weights, rates, alpha=config.beta2, eps=config.epsilon)
    return torch.optim.RMSprop(weights, config.lr, alpha=config.beta2, eps=config.epsilon)


def build_optimizer(
    parameters: Iterable[nn.Parameter], config: OptimizerConfig, *others: OptimizerConfig
) -> Optimizer:
    """The optimiser that config names.

    others are those of the further members of an ensemble. Where their learning rates differ, each
    member moves at its own; its state has the same names and shapes either way.
    """
    record, wanted = find(OptimizerRecord, config.name), list(parameters)
    apart = any(other != config for other in others)
    if not record.ensembles:
        if apart:
            raise ConfigError(f"{config.name} moves all GANs of a run at one learning rate")
        return record.load()(wanted, config)
    rates = torch.tensor([one.lr for one in (config, *others)]) if apart else None
    return record.load()(wanted, config, rates)


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
    (optimizer.move if isinstance(optimizer, fast_cpu.LeanAdam) else optimizer.step)()


@decay("none", summary="The learning rate stays.")
def stay(progress: float) -> float:
    """Nothing of the way to the floor."""
    del progress
    return 0.0


@decay(
    "cosine",
    summary="Half a cosine from the learning rate to its floor over the run's steps.",
)
def cosine(progress: float) -> float:
    """Loshchilov & Hutter 2017, without restarts."""
    return 0.5 * (1 - math.cos(math.pi * progress))


@decay(
    "linear",
    summary="A straight line from the learning rate to its floor over the run's steps.",
)
def linear(progress: float) -> float:
    """As much of the way as is spent of the budget."""
    return progress


def learning_rate(config: OptimizerConfig, progress: float) -> float:
    """The learning rate where that share of the run's budget is spent, 0 to 1."""
    fall = find(Decay, config.decay).load()(progress)
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
