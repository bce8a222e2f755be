"""Convolution by frequency against torch's own, in double precision, and its gradients."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from ganlab.networks.frequency import bases, convolve, half_plane


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(0, 3), st.integers(1, 3), st.integers(1, 4)
)
def test_it_is_the_transposed_convolution(height, width, reach, wide, narrow):
    x, weight = drawn(2, wide, height, width), drawn(wide, narrow, 2 * reach + 1, 2 * reach + 1)
    wanted = F.conv_transpose2d(x, weight, padding=reach)
    got = convolve(x, weight.permute(2, 3, 0, 1), range(-reach, reach + 1))
    torch.testing.assert_close(got, wanted)


def test_backwards_it_is_the_convolution():
    x, weight = drawn(2, 3, 7, 5), drawn(4, 3, 3, 3)
    got = convolve(x, weight.permute(2, 3, 1, 0), range(1, -2, -1))
    torch.testing.assert_close(got, F.conv2d(x, weight, padding=1))


def test_its_gradients_of_first_and_second_order_are_right():
    x, taps = drawn(1, 2, 3, 3).requires_grad_(), drawn(3, 3, 2, 1).requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: convolve(a, b, range(-1, 2)), (x, taps))
    assert torch.autograd.gradgradcheck(lambda a, b: convolve(a, b, range(-1, 2)), (x, taps))


def test_a_7x7_map_with_a_5x5_kernel_takes_a_fifth_of_the_products():
    into, kernel, back = bases(7, 7, range(-2, 3), torch.device("cpu"))
    assert len(into) == len(kernel) == back.shape[1] == 121  # of 41 frequencies, one is real
    assert 121 / 3 < len(half_plane(9)[0]) == 41
    wide, narrow, n = 256, 128, 64  # the tutorial's first up-convolution, 64 at a time
    there_and_back = 49 * wide + 49 * narrow + 25 * wide * narrow / n
    assert 121 * (there_and_back + wide * narrow) < 25 * 49 * wide * narrow / 5


@pytest.mark.parametrize("size", [2, 5, 8, 9])
def test_every_frequency_or_its_conjugate_is_there_once(size):
    bins, real = half_plane(size)
    pairs = {tuple(b) for b in bins.tolist()} | {(-a % size, -b % size) for a, b in bins.tolist()}
    assert len(pairs) == size**2
    assert 2 * len(bins) - int(real.sum()) == size**2
