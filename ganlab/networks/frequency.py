"""Convolution of small feature maps by frequency: the same function with a fifth of the products.

A 5×5 kernel on a 7×7 map of many channels costs 25 · 49 products a pair of channels. Fourier's
theorem makes the convolution a product at each frequency; on a 9×9 circle, which is wide enough
that what wraps around falls outside the map, there are 41 frequencies of real signals, and a
complex product takes three real ones (Gauss). All of it is matrix products, so it has gradients of
any order, and bfloat16 where the rest has it. Exact up to rounding: 2e-6 in float32.
"""

import functools

import torch
from torch import Tensor

Bases = tuple[Tensor, Tensor, Tensor]


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
