"""Attention maps of a generator with self-attention."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.errors import ConfigError
from ganlab.networks.self_attention import SelfAttention
from ganlab.trained.generator import Generator


def attention_maps(generator: Generator, z: Tensor) -> NDArray[Any]:
    """The attention weights for each z (n, z_dim): float32 (n, side, side, side, side).

    [k, i, j] are the weights of all places for place (i, j); they sum to 1. Raises ConfigError if
    the generator has no attention.
    """
    layer = next((m for m in generator.net.modules() if isinstance(m, SelfAttention)), None)
    if layer is None:
        raise ConfigError(f"{generator.config.network.name} has no attention: train sagan")
    seen: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    try:
        with torch.no_grad():
            generator.net(z.to(generator.device))
            weights = layer.weights(seen[0])  # (n, HW, HW)
    finally:
        hook.remove()
    side = seen[0].shape[-1]
    return weights.view(len(z), side, side, side, side).cpu().numpy().astype(np.float32)


def used(generator: Generator) -> float:
    """γ, the factor of the attention's output in the sum; 0 at the start of a training."""
    return next(float(m.gamma) for m in generator.net.modules() if isinstance(m, SelfAttention))
