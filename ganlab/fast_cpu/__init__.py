"""Hand-written kernels for the CPU: the one door to them.

Networks and training import them from here alone, and use them where `on` says so. Each equals
plain torch to rounding, which is used everywhere where the environment variable `GANLAB_PLAIN` is
1; only the units that dropout drops are then drawn in another way. A kernel stays for as long as a
benchmark shows that it is the faster one.
"""

import os

import torch
from torch import Tensor

from ganlab.device import CPU, fast_at_bfloat16, on_cpu
from ganlab.fast_cpu.convolutions import PAID_BACK, kept_units, same_down, same_up
from ganlab.fast_cpu.passes import (
    ACTIVATIONS,
    Activation,
    Saved,
    SquaredGradient,
    backward,
    forward,
)
from ganlab.fast_cpu.step import LeanAdam, d_gradient, g_gradient

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "LeanAdam",
    "Saved",
    "SquaredGradient",
    "backward",
    "d_gradient",
    "forward",
    "g_gradient",
    "kept_units",
    "kernels",
    "on",
    "same_down",
    "same_up",
]


def on(where: Tensor | torch.device = CPU) -> bool:
    """Whether kernels compute there: on a CPU, unless `GANLAB_PLAIN` is 1."""
    return on_cpu(where) and os.environ.get("GANLAB_PLAIN", "") in ("", "0")


def kernels() -> list[str]:
    """The kernels that apply on this processor, in words; none where they are off."""
    if not on():
        return []
    half = fast_at_bfloat16(CPU)
    return [
        "5×5 convolutions by frequency"
        + ("" if half else f", of stride 2 from {PAID_BACK} pictures"),
        "5×5 up-convolutions to few channels by windows",
        *(() if half else ("5×5 convolutions of few channels by windows",)),
        "dropout masks, four units a draw",
        "passes and steps of plain networks on points without autograd",
        "squared gradients of plain discriminators",
        "Adam without torch's bookkeeping",
    ]
