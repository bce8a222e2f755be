"""How this processor rounds: a digest that two processors share only if they round the same way.

Trainings of GANs magnify the last bit: Adam divides each gradient by its own size, so that a
gradient near zero moves a weight by the whole learning rate in one direction or the other. Where
products are summed in another order (AVX2 for AVX-512), most presets leave 1e-4 within the first
ten steps. So all steps are compared where the digest is that of the recording, and elsewhere those
that instruction sets were seen to agree on.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence

import torch
from torch import nn
from torch.nn import functional as F

VARIANTS: Sequence[Mapping[str, str]] = (
    {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    },
    {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"},
    {"ATEN_CPU_CAPABILITY": "avx2", "MKL_CBWR": "COMPATIBLE"},
)
"""Environments in which torch, oneDNN and MKL compute as other processors would."""


def digest() -> str:
    """A digest of a few steps of a small network, of its gradients and of matrix products."""
    seen = hashlib.sha256(torch.__version__.encode())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for channels, side in ((1, 28), (3, 32)):
            x = torch.randn(16, channels, side, side).to(memory_format=torch.channels_last)
            network = nn.Sequential(
                nn.Conv2d(channels, 16, 4, 2, 1),
                nn.BatchNorm2d(16),
                nn.LeakyReLU(0.2),
                nn.ConvTranspose2d(16, 64, 4, 2, 1),
                nn.Tanh(),
                nn.Conv2d(64, 64, 3, 1, 1),
                nn.Flatten(),
                nn.Linear(64 * side * side, 8),
            ).to(memory_format=torch.channels_last)
            adam = torch.optim.Adam(network.parameters(), 1e-3)
            for _ in range(3):
                adam.zero_grad()
                loss = F.softplus(network(x)).mean()
                loss.backward()
                adam.step()
            for weight in network.parameters():
                seen.update(weight.detach().contiguous().numpy().tobytes())
        for size in (2, 16, 64, 100, 256, 1000):
            product = torch.randn(64, size) @ torch.randn(size, 64)
            seen.update(product.exp().log_softmax(1).numpy().tobytes())
    return seen.hexdigest()


def near(recorded: Sequence[float], others: Sequence[Sequence[float]], tolerance: float) -> int:
    """How many first steps all others agree on with what was recorded.

    They agree while they differ by less than a quarter of a tolerance, relative and absolute.
    """
    for step, value in enumerate(recorded):
        allowed = tolerance / 4 * (1 + abs(value))
        for other in others:
            if math.isnan(value) and math.isnan(other[step]):
                continue
            if not abs(other[step] - value) <= allowed:
                return step
    return len(recorded)
