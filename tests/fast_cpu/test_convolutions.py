"""The CPU's convolutions and dropout against torch's own, with the same weights."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from benchmarks.tutorial_networks import tutorial_networks
from ganlab.fast_cpu import convolutions
from ganlab.fast_cpu.convolutions import convolve, half_plane, kept_units
from ganlab.networks import dcgan, vanilla
from ganlab.networks.dcgan import LeanDropout, SameDownConv, SameUpConv
from ganlab.networks.shape import Shape


def by_torch(layer, x):
    """The layer's function by torch's convolutions."""
    if isinstance(layer, SameDownConv):
        return F.conv2d(F.pad(x, (1, 2, 1, 2)), layer.weight, layer.bias, stride=2)
    if layer.stride == (1, 1):
        return F.conv_transpose2d(x, layer.weight, padding=2)
    return F.conv_transpose2d(x, layer.weight, stride=2, padding=1)[..., :-1, :-1]


LAYERS = {
    "up at stride 1": (lambda: SameUpConv(24, 16, 1), (3, 24, 7, 7)),
    "up at stride 2": (lambda: SameUpConv(16, 20, 2), (3, 16, 7, 7)),
    "up to one channel": (lambda: SameUpConv(16, 1, 2), (3, 16, 14, 14)),
    "up to three channels": (lambda: SameUpConv(16, 3, 2), (3, 16, 5, 6)),
    "down": (lambda: SameDownConv(16, 24), (3, 16, 14, 14)),
    "down an odd map": (lambda: SameDownConv(16, 24), (3, 16, 13, 13)),
    "down from one channel": (lambda: SameDownConv(1, 16), (3, 1, 28, 28)),
    "down from three channels": (lambda: SameDownConv(3, 16), (3, 3, 9, 14)),
}


@pytest.mark.parametrize("which", LAYERS)
@pytest.mark.parametrize("paid_back", [3, 4])
def test_every_way_is_the_same_function_with_the_same_gradients(which, paid_back, monkeypatch):
    monkeypatch.setattr(convolutions, "PAID_BACK", paid_back)  # by frequency or not
    build, shape = LAYERS[which]
    torch.manual_seed(0)
    layer, x = build().double(), torch.randn(shape).double().requires_grad_()
    got, wanted = layer(x), by_torch(layer, x)
    torch.testing.assert_close(got, wanted)
    direction = torch.randn_like(wanted)
    weights = [x, *layer.parameters()]
    gradients = (torch.autograd.grad(y, weights, direction) for y in (got, wanted))
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("which", LAYERS)
def test_in_bfloat16_the_error_is_that_of_bfloat16(which):
    build, shape = LAYERS[which]
    torch.manual_seed(0)
    layer, x = build(), torch.randn(shape)
    with torch.no_grad():
        wanted = by_torch(layer, x)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            got = layer(x.bfloat16()).float()
    assert (got - wanted).norm() < 0.01 * wanted.norm()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_dropout_keeps_the_share_that_it_says_and_the_mean(dtype):
    torch.manual_seed(0)
    mask = kept_units(torch.empty(1_000_003, dtype=dtype), 0.3).float()
    kept = mask > 0
    assert kept.float().mean().item() == pytest.approx(0.7, abs=4 * (0.21 / 1e6) ** 0.5)
    assert mask[kept].unique().numel() == 1
    assert mask[kept][0].item() == pytest.approx(
        1 / 0.7, rel=1e-4 if dtype == torch.float32 else 4e-3
    )
    neighbours = (kept[1:] & kept[:-1]).float().mean().item()
    assert neighbours == pytest.approx(0.49, abs=0.003)  # units that share a draw know nothing


def test_dropout_follows_the_global_stream_and_the_layout_of_its_input():
    x = torch.ones(4, 6, 5, 5).to(memory_format=torch.channels_last)
    layer = LeanDropout(0.5)
    torch.manual_seed(1)
    one = layer(x)
    torch.manual_seed(1)
    assert torch.equal(layer(x), one)
    assert one.stride() == x.stride()
    odd = layer(x[:, :, 1:, 1:])  # neither dense layout
    assert set(odd.unique().tolist()) <= {0.0, 2.0}


def test_without_training_or_without_a_share_dropout_does_nothing():
    x = torch.randn(3, 5)
    assert torch.equal(LeanDropout(0.4).eval()(x), x)
    assert torch.equal(LeanDropout(0.0)(x), x)
    assert not LeanDropout(1.0)(x).any()


@pytest.mark.parametrize(("name", "home"), [("dcgan28", dcgan), ("vanilla", vanilla)])
def test_the_benchmarks_twins_have_the_same_layers(name, home):
    for mine, twin in zip(home.build(Shape(100)), tutorial_networks(name, 100), strict=True):
        mine.eval(), twin.eval()
        weights = mine.state_dict().values()
        twin.load_state_dict(dict(zip(twin.state_dict(), weights, strict=True)))
        x = torch.rand(2, 100) if isinstance(mine, home.Generator) else torch.rand(2, 1, 28, 28)
        with torch.no_grad():
            got, wanted = twin(x).squeeze(), mine(x).squeeze()
        assert got.shape == wanted.shape
        if name == "vanilla":  # the other one crops at the other end, and reshapes in other order
            torch.testing.assert_close(got, wanted)


# --- by frequency ---------------------------------------------------------------------------------


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


@pytest.mark.parametrize("size", [2, 5, 8, 9])
def test_every_frequency_or_its_conjugate_is_there_once(size):
    bins, real = half_plane(size)
    pairs = {tuple(b) for b in bins.tolist()} | {(-a % size, -b % size) for a, b in bins.tolist()}
    assert len(pairs) == size**2
    assert 2 * len(bins) - int(real.sum()) == size**2
