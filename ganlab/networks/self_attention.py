"""Self-attention between the places of a feature map."""

import torch
from torch import Tensor, nn

from ganlab.networks.spectral import spectral


class SelfAttention(nn.Module):
    """x + γ · what each place gathers from all places: (N, C, H, W) -> (N, C, H, W).

    Zhang et al. 2019 (SAGAN), equations 1 to 3, with codes of C/8 channels. γ starts at 0: first
    the network learns from what lies near, then from what lies far.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        code = max(1, channels // 8)
        self.query = spectral(nn.Conv2d(channels, code, 1, bias=False))
        self.key = spectral(nn.Conv2d(channels, code, 1, bias=False))
        self.value = spectral(nn.Conv2d(channels, code, 1, bias=False))
        self.back = spectral(nn.Conv2d(code, channels, 1, bias=False))
        self.gamma = nn.Parameter(torch.zeros(()))

    def weights(self, x: Tensor) -> Tensor:
        """Who looks where: x (N, C, H, W) -> (N, HW, HW); row j sums to 1 over the places i."""
        query, key = self.query(x).flatten(2), self.key(x).flatten(2)  # (N, code, HW)
        return (query.mT @ key).float().softmax(-1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        value = self.value(x).flatten(2)  # (N, code, HW)
        gathered = value @ self.weights(x).mT.to(value.dtype)
        gathered = self.back(gathered.unflatten(2, x.shape[2:]))
        return torch.addcmul(x, self.gamma.to(x.dtype), gathered)
