"""Convolutions and dropout in the ways that a CPU is fastest at.

**By frequency.** A 5×5 kernel on a 7×7 map of many channels costs 25 · 49 products a pair of
channels. Fourier's theorem makes the convolution a product at each frequency; on a 9×9 circle,
which is wide enough that what wraps around falls outside the map, there are 41 frequencies of real
signals, and a complex product takes three real ones (Gauss): a fifth of the products. All of it is
matrix products, so it has gradients of any order, and bfloat16 where the rest has it. Exact up to
rounding: 2e-6 in float32.

**By windows.** Of few channels, one matrix product makes or takes every 5×5 window.
"""

import functools

import torch
from torch import Tensor
from torch.nn import functional as F

from ganlab.device import CPU, autocast_type

Bases = tuple[Tensor, Tensor, Tensor]
SMALL = 8
"""Maps up to this size are convolved by frequency."""
MANY = 16
"""Channels from which that pays."""
PAID_BACK = 64
"""Pictures at a time from which it pays at stride 2 in float32 too: the kernel's way is shared."""


def same_up(x: Tensor, weight: Tensor, stride: int) -> Tensor | None:
    """The transposed 5×5 convolution, Keras 'same': (N, C, H, W) -> (N, C', sH, sW).

    weight: (C, C', 5, 5). None where torch's own convolution is the fastest.
    """
    if stride == 1:
        if not is_small(x, weight):
            return None
        return convolve(x, weight.to(x.dtype).permute(2, 3, 0, 1), range(-2, 3))
    if weight.shape[1] < MANY:
        return up_by_folding(x, weight)
    return up_by_frequency(x, weight) if is_worth_it(x) and is_small(x, weight) else None


def same_down(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor | None:
    """The 5×5 convolution of stride 2, Keras 'same': (N, C, H, W) -> (N, C', H/2, W/2).

    weight: (C', C, 5, 5). None where torch's own convolution is the fastest.
    """
    if weight.shape[1] < MANY and not in_bfloat16():
        return down_by_unfolding(x, weight, bias)
    if not (is_worth_it(x) and is_small(x, weight, 2)):
        return None
    y = down_by_frequency(x, weight)
    return y + bias.to(y.dtype)[:, None, None]


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


# --- by frequency ---------------------------------------------------------------------------------


def convolve(x: Tensor, taps: Tensor, offsets: range) -> Tensor:
    """y[i, j] = Σ_ab x[i - offset_a, j - offset_b] · taps[a, b], zero outside the map.

    x: (N, C, H, W), taps: (k, k, C, C') for k offsets along each axis -> (N, C', H, W), channels
    last in memory.
    """
    n, wide, height, width = x.shape
    into, kernel, back = (m.to(x.dtype) for m in bases(height, width, offsets, x.device))
    places = x.permute(0, 2, 3, 1).reshape(n, height * width, wide)
    spectrum = in_each(into, places)  # (N, products, C)
    factors = kernel @ taps.reshape(len(offsets) ** 2, -1)
    factors = factors.view(-1, *taps.shape[2:])  # (products, C, C')
    products = torch.bmm(spectrum.transpose(0, 1), factors)  # (products, N, C')
    y = in_each(back, products.transpose(0, 1)).view(n, height, width, -1)
    return y.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def in_each(matrix: Tensor, columns: Tensor) -> Tensor:
    """The matrix (M, K) times each of columns (N, K, C) -> (N, M, C).

    In float32 picture by picture, for one fits the processor's cache and all of them do not; in
    bfloat16 as one product, which its instructions like to be large.
    """
    n, _, wide = columns.shape
    if columns.dtype != torch.bfloat16:
        return torch.bmm(matrix.expand(n, -1, -1), columns)
    whole = matrix @ columns.transpose(0, 1).reshape(len(matrix.T), -1)
    return whole.view(-1, n, wide).transpose(0, 1)


@functools.lru_cache(maxsize=32)
def bases(height: int, width: int, offsets: range, device: torch.device) -> Bases:
    """The matrices into frequencies, of the map and of the kernel, and back: float64.

    With x̂ = p + iq and ŵ = r + is the three products are (p + q) r, p (s - r) and q (r + s); their
    first and third give the real part, their first and second the imaginary one.
    """
    # Wide enough that only what is cut off wraps around, onto places that are cut off.
    size = max(height, width) + max(abs(offset) for offset in offsets)
    bins, real = half_plane(size)
    p, q = waves(bins, size, range(height), range(width))
    r, s = waves(bins, size, offsets, offsets)
    share = (2.0 - real.double())[:, None] / size**2  # a bin also stands for its conjugate
    # Where a frequency is its own conjugate everything is real: one product is enough.
    kept = torch.cat([torch.ones_like(real), ~real, ~real])
    into = torch.cat([p + q, p, q])[kept]
    kernel = torch.cat([r, s - r, r + s])[kept]
    back = torch.cat([share * (p + q), share * q, -share * p])[kept].T
    made = [matrix.contiguous().to(device) for matrix in (into, kernel, back)]
    return made[0], made[1], made[2]


def half_plane(size: int) -> tuple[Tensor, Tensor]:
    """One frequency (row, column) of each conjugate pair, and whether it is its own conjugate."""
    pairs = [(a, b) for a in range(size) for b in range(size)]
    bins = torch.tensor([(a, b) for a, b in pairs if (a, b) <= (-a % size, -b % size)])
    return bins, ((bins + bins) % size == 0).all(1)


def waves(bins: Tensor, size: int, rows: range, columns: range) -> tuple[Tensor, Tensor]:
    """Real and imaginary part of exp(-2πi · frequency · place / size), (bins, places) each."""
    y, x = torch.meshgrid(torch.tensor(rows), torch.tensor(columns), indexing="ij")
    turns = (bins[:, :1] * y.reshape(1, -1) + bins[:, 1:] * x.reshape(1, -1)) % size
    angle = 2 * torch.pi * turns.double() / size
    return angle.cos(), -angle.sin()


# --- dropout --------------------------------------------------------------------------------------


def kept_units(like: Tensor, p: float) -> Tensor:
    """A mask of like's shape for dropout: 0 with probability p, else 1 / (1 - p).

    Four units share one random number of 64 bits, so that the mask takes a tenth of the time. A
    unit is kept with probability round(65536 (1 - p)) / 65536.
    """
    kept = round(65536 * (1 - p))
    draws = torch.empty(-(-like.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    bits = draws.view(torch.int16)[: like.numel()]
    mask = bits.lt_(kept - 32768).to(like.dtype).mul_(65536 / kept)
    # In like's own order in memory, so that their product walks both side by side.
    return mask.as_strided(like.shape, like.stride()) if _is_dense(like) else mask.view(like.shape)


def _is_dense(x: Tensor) -> bool:
    return x.is_contiguous() or x.is_contiguous(memory_format=torch.channels_last)
