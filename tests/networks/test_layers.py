"""The folded up-convolution against the two steps that it folds."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from ganlab.networks.layers import UpConv, fold_upsampling


@given(
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(0, 2**31),
)
def test_the_folded_kernel_is_nearest_upsampling_and_a_3x3_convolution(n, ins, outs, h, w, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, ins, h, w, generator=generator, dtype=torch.float64)
    kernel = torch.randn(outs, ins, 3, 3, generator=generator, dtype=torch.float64)
    two_steps = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), kernel, padding=1)
    folded = F.conv_transpose2d(x, fold_upsampling(kernel), stride=2, padding=1)
    torch.testing.assert_close(folded, two_steps, rtol=1e-12, atol=1e-12)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**31))
def test_a_fresh_upconv_is_the_folding_of_some_3x3_kernel(wide, narrow, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        weight = UpConv(wide, narrow).weight.detach()  # (wide, narrow, 4, 4)
    # Rows 0 and 3 hold the outer taps alone, so that the kernel can be read off again.
    rows = torch.stack([weight[:, :, 3], weight[:, :, 1] - weight[:, :, 0], weight[:, :, 0]], 2)
    kernel = torch.stack([rows[..., 3], rows[..., 1] - rows[..., 0], rows[..., 0]], 3)
    torch.testing.assert_close(fold_upsampling(kernel.transpose(0, 1)), weight)
    limit = (6 / (9 * (wide + narrow))) ** 0.5
    assert kernel.abs().max() <= limit + 1e-6


def test_a_fresh_upconv_shows_no_checkerboard():
    with torch.random.fork_rng(devices=[]):
        out = UpConv(3, 1, bias=True)(torch.ones(1, 3, 6, 6))[..., 2:-2, 2:-2]
    torch.testing.assert_close(out, out.mean().expand_as(out), rtol=0, atol=1e-6)
