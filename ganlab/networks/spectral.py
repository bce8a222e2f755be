"""Spectral normalisation of any layer: its weight divided by its largest singular value."""

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from ganlab.device import without_autocast
from ganlab.networks.ensemble_layers import power_iteration

Layer = TypeVar("Layer", bound=nn.Module)
WARM_UP = 15
"""Power iterations before the first pass, so that the estimate is right from the start."""


class Spectral(nn.Module):
    """W -> W / σ(W), σ estimated by one power iteration a pass. Miyato et al. 2018, algorithm 1.

    Float32 even where the network runs in bfloat16, whose rounding would be a tenth of a layer's
    room. Unlike torch's own it keeps u alone: v follows from the weight of the moment, so that the
    estimate stays right for an averaged generator too.
    """

    u: Tensor

    def __init__(self, weight: Tensor, out_axis: int) -> None:
        super().__init__()
        self.out_axis = out_axis
        matrix = self._matrix(weight.detach())
        u = F.normalize(torch.randn(1, matrix.shape[1], 1, dtype=matrix.dtype), dim=1)
        for _ in range(WARM_UP):
            u, _ = power_iteration(matrix, u)
        self.register_buffer("u", u)

    def forward(self, weight: Tensor) -> Tensor:
        """A weight of any shape -> the same shape with largest singular value about 1."""
        with without_autocast(weight.device):
            matrix = self._matrix(weight)
            with torch.no_grad():
                u, v = power_iteration(matrix, self.u)
                if self.training:
                    self.u.copy_(u)
            return weight / (u.mT @ matrix @ v).squeeze()

    def _matrix(self, weight: Tensor) -> Tensor:
        """(1, out, everything else)."""
        return weight.movedim(self.out_axis, 0).flatten(1)[None]


def spectral(layer: Layer) -> Layer:
    """The layer, its weight normalised from now on; its state holds 'u' next to the weight."""
    weight = layer.weight
    assert isinstance(weight, Tensor)
    out_axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    parametrize.register_parametrization(layer, "weight", Spectral(weight, out_axis))
    return layer
