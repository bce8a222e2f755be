"""From an OptimizerConfig to a torch optimiser, and its learning rate at a step."""

import math
from collections.abc import Iterable

import torch
from torch import nn
from torch.optim import Optimizer

from ganlab.config import OptimizerConfig


def build_optimizer(parameters: Iterable[nn.Parameter], config: OptimizerConfig) -> Optimizer:
    """The optimiser that config names, fused where it can be."""
    wanted = list(parameters)
    if config.name == "sgd":
        return torch.optim.SGD(wanted, config.lr, momentum=config.beta1)
    if config.name == "rmsprop":
        return torch.optim.RMSprop(wanted, config.lr, alpha=config.beta2, eps=config.epsilon)
    betas = (config.beta1, config.beta2)
    return torch.optim.Adam(wanted, config.lr, betas, config.epsilon, fused=True)


def learning_rate(config: OptimizerConfig, step: int, steps: int) -> float:
    """The learning rate at a step of a run whose budget is `steps`; at the floor beyond it."""
    share = min(step / steps, 1.0)
    if config.decay == "cosine":
        fall = 0.5 * (1 - math.cos(math.pi * share))
    else:
        fall = share if config.decay == "linear" else 0.0
    return config.lr * (1 - (1 - config.floor) * fall)


def tune(optimizer: Optimizer, config: OptimizerConfig, step: int, steps: int) -> None:
    """Give the optimiser what config says at this step; its moments stay."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(config, step, steps)
        if "betas" in group:
            group["betas"] = (config.beta1, config.beta2)
        if "eps" in group:
            group["eps"] = config.epsilon
