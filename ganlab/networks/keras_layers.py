"""Keras's 5×5 convolutions with padding 'same', and its dropout, as fast as a CPU makes them.

Each layer has the weights and the function of torch's own; on a CPU the forward pass takes another
way to the same result, which the benchmark `benchmarks.training` shows to be quicker.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.device import CPU, autocast_type, on_cpu
from ganlab.networks.frequency import convolve

SMALL = 8
"""Maps up to this size are convolved by frequency."""
MANY = 16
"""Channels from which that pays."""
PAID_BACK = 64
"""Pictures at a time from which it pays at stride 2 in float32 too: the kernel's way is shared."""


class SameUpConv(nn.ConvTranspose2d):
    """Transposed 5×5 convolution, Keras 'same': (N, C, H, W) -> (N, C', sH, sW)."""

    def __init__(self, wide: int, narrow: int, stride: int) -> None:
        super().__init__(wide, narrow, 5, stride, padding=2 if stride == 1 else 1, bias=False)

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        """(N, C, H, W) -> (N, C', sH, sW)."""
        if on_cpu(input):
            if self.stride[0] == 1:
                if is_small(input, self.weight):
                    taps = self.weight.to(input.dtype).permute(2, 3, 0, 1)
                    return convolve(input, taps, range(-2, 3))
            elif self.out_channels < MANY:
                return up_by_folding(input, self.weight)
            elif is_worth_it(input) and is_small(input, self.weight):
                return up_by_frequency(input, self.weight)
        out = super().forward(input)
        # 'same' crops what lies beyond: nothing at stride 1, the last row and column at 2.
        return out if self.stride[0] == 1 else out[..., :-1, :-1]


class SameDownConv(nn.Conv2d):
    """5×5 convolution of stride 2, Keras 'same': (N, C, H, W) -> (N, C', H/2, W/2)."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__(narrow, wide, 5, stride=2)

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', H/2, W/2), one zero before and two after."""
        assert self.bias is not None
        if on_cpu(input):
            if self.in_channels < MANY and not in_bfloat16():
                return down_by_unfolding(input, self.weight, self.bias)
            if is_worth_it(input) and is_small(input, self.weight, 2):
                y = down_by_frequency(input, self.weight)
                return y + self.bias.to(y.dtype)[:, None, None]
        return super().forward(F.pad(input, (1, 2, 1, 2)))


def in_bfloat16() -> bool:
    """Whether the pass runs in bfloat16, where matrix products gain more than convolutions do."""
    return autocast_type(CPU) is not None


def is_worth_it(x: Tensor) -> bool:
    """Whether the products that frequencies save at stride 2 are worth the way there and back."""
    return in_bfloat16() or len(x) >= PAID_BACK


def is_small(x: Tensor, weight: Tensor, stride: int = 1) -> bool:
    """Whether x has a small, even map and the weight many channels on both sides."""
    height, width = x.shape[2:]
    even = height % stride == 0 and width % stride == 0
    return even and max(height, width) <= SMALL * stride and min(weight.shape[:2]) >= MANY


def up_by_folding(x: Tensor, weight: Tensor) -> Tensor:
    """Stride 2, 'same': one product makes every input's 5×5 window, and they are added up."""
    n, wide, height, width = x.shape
    pixels = x.permute(0, 2, 3, 1).reshape(n, height * width, wide)
    windows = pixels @ weight.reshape(wide, -1)  # (N, HW, C'·25)
    whole = (2 * height + 1, 2 * width + 1)
    y = F.fold(windows.transpose(1, 2), whole, 5, stride=2, padding=1)
    return y[..., :-1, :-1]


def down_by_unfolding(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Stride 2, 'same': every output's 5×5 window is laid out, and one product takes them all."""
    windows = F.pad(x, (1, 2, 1, 2)).unfold(2, 5, 2).unfold(3, 5, 2)  # (N, C, H/2, W/2, 5, 5)
    n, _, rows, columns = windows.shape[:4]
    pixels = windows.permute(0, 2, 3, 1, 4, 5).reshape(n * rows * columns, -1)
    y = torch.addmm(bias, pixels, weight.flatten(1).T)
    return y.view(n, rows, columns, -1).permute(0, 3, 1, 2)


def up_by_frequency(x: Tensor, weight: Tensor) -> Tensor:
    """Stride 2, 'same', as a 3×3 convolution to four channels for one: the pixels of a 2×2 block.

    Output 2j + p gets input i through tap 2(j - i) + p + 1; with a zero before the five taps that
    is a 3×3 kernel for each phase p.
    """
    n, _, height, width = x.shape
    wide, narrow = weight.shape[:2]
    taps = by_phase(weight.to(x.dtype)).permute(2, 4, 0, 3, 5, 1)
    y = convolve(x, taps.reshape(3, 3, wide, 4 * narrow), range(-1, 2)).permute(0, 2, 3, 1)
    blocks = y.reshape(n, height, width, 2, 2, narrow).permute(0, 1, 3, 2, 4, 5)
    return blocks.reshape(n, 2 * height, 2 * width, narrow).permute(0, 3, 1, 2)


def down_by_frequency(x: Tensor, weight: Tensor) -> Tensor:
    """Stride 2, 'same', as a 3×3 convolution of 2×2 blocks: the adjoint of `up_by_frequency`."""
    n, narrow, height, width = x.shape
    pixels = x.permute(0, 2, 3, 1).reshape(n, height // 2, 2, width // 2, 2, narrow)
    blocks = pixels.permute(0, 1, 3, 2, 4, 5).reshape(n, height // 2, width // 2, 4 * narrow)
    taps = by_phase(weight.to(x.dtype)).permute(2, 4, 3, 5, 1, 0)
    taps = taps.reshape(3, 3, 4 * narrow, len(weight))
    # Backwards, for nn.Conv2d does not turn its kernel around.
    return convolve(blocks.permute(0, 3, 1, 2), taps, range(1, -2, -1))


def by_phase(weight: Tensor) -> Tensor:
    """(A, B, 5, 5) with a zero before the taps, as (A, B, 3, 2, 3, 2): tap 2d + p - 1 at [d, p]."""
    return F.pad(weight, (1, 0, 1, 0)).reshape(*weight.shape[:2], 3, 2, 3, 2)


class LeanDropout(nn.Dropout):
    """Dropout whose mask takes a tenth of the time on a CPU: four units share one random number.

    A unit is kept with probability round(65536 (1 - p)) / 65536.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Zero a share p of the units and divide the others by what is kept, while training."""
        if not on_cpu(input) or not self.training or not 0 < self.p < 1:
            return super().forward(input)
        return input * kept_units(input, self.p)


def kept_units(like: Tensor, p: float) -> Tensor:
    """A mask of like's shape: 0 with probability p, else 1 / (1 - p)."""
    kept = round(65536 * (1 - p))
    draws = torch.empty(-(-like.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    bits = draws.view(torch.int16)[: like.numel()]
    mask = bits.lt_(kept - 32768).to(like.dtype).mul_(65536 / kept)
    # In like's own order in memory, so that their product walks both side by side.
    return mask.as_strided(like.shape, like.stride()) if _is_dense(like) else mask.view(like.shape)


def _is_dense(x: Tensor) -> bool:
    return x.is_contiguous() or x.is_contiguous(memory_format=torch.channels_last)
