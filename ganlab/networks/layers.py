"""Layers that several networks share."""

import torch
from torch import Tensor, nn


def fold_upsampling(kernel: Tensor) -> Tensor:
    """The 4×4 stride-2 transposed kernel that equals nearest ×2 followed by a 3×3 convolution.

    kernel: (out, in, 3, 3) of the convolution -> (in, out, 4, 4). In each of the four output phases
    the nine taps fall on four input pixels, and taps on one pixel add up: 16 multiplications
    where the two steps need 36.
    """
    outs, ins = kernel.shape[:2]
    spread = torch.zeros(4, 3, dtype=kernel.dtype, device=kernel.device)
    # Row i of the transposed kernel collects these rows of the (flipped) 3×3 kernel.
    for i, rows in enumerate(((2,), (1, 2), (0, 1), (0,))):
        for j in rows:
            spread[i, j] = 1.0
    folded = torch.einsum("ia,oqab,jb->qoij", spread, kernel, spread)
    assert folded.shape == (ins, outs, 4, 4)
    return folded


class UpConv(nn.ConvTranspose2d):
    """Upsampling and convolution in one: (N, C, H, W) -> (N, C', 2H, 2W).

    It starts as nearest ×2 with a 3×3 convolution, so that it starts without a checkerboard, and is
    free to become any 4×4 stride-2 transposed convolution.
    """

    def __init__(self, wide: int, narrow: int, bias: bool = False) -> None:
        super().__init__(wide, narrow, 4, stride=2, padding=1, bias=bias)
        kernel = torch.empty(narrow, wide, 3, 3)
        nn.init.xavier_uniform_(kernel)
        with torch.no_grad():
            self.weight.copy_(fold_upsampling(kernel))
            if self.bias is not None:
                self.bias.zero_()
