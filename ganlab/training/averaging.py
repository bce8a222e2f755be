"""The averaged G: an exponential moving average of weights, which makes the steadier pictures."""

import torch
from torch import nn


@torch.no_grad()
def average_towards(mean: nn.Module, current: nn.Module, decay: float, step: int) -> None:
    """Mean ← decay · mean + (1 - decay) · current, for weights and batch-norm statistics.

    Call it after each step of G. The decay grows into its value, min(decay, (1 + t) / (10 + t)),
    so that the first pictures are not an average with the initial weights. A decay of 1 weighs all
    steps equally: at a high, constant rate their mean is better than any. Izmailov et al. 2018.
    """
    weight = 1.0 / step if decay == 1 else 1.0 - min(decay, (1 + step) / (10 + step))
    pairs = zip(mean.state_dict().values(), current.state_dict().values(), strict=True)
    floats = [(m, c) for m, c in pairs if m.is_floating_point()]
    torch._foreach_lerp_([m for m, _ in floats], [c for _, c in floats], weight)
