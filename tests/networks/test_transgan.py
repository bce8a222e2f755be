"""TransGAN's networks: no convolution, windows, attention."""

import pytest
import torch
from torch import nn

from ganlab.networks import transgan
from ganlab.networks.shape import Shape
from tests.networks.building import built, z


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3)])
def test_there_is_no_convolution_anywhere(size, channels):
    G, D = built(transgan.build, Shape(20, channels, size), width=32, d_width=32)
    for module in [*G.modules(), *D.modules()]:
        assert not isinstance(module, nn.modules.conv._ConvNd)
    assert max(weight.ndim for net in (G, D) for weight in net.parameters()) == 3  # the places
    x = G(z())
    assert x.shape == (5, channels, size, size)
    assert D(x).shape == (5,)


def test_windows_hold_neighbours_and_go_back_to_their_places():
    x = torch.arange(2 * 16 * 3.0).view(2, 16, 3)
    cut = transgan.into_windows(x, 4, 2)
    assert cut.shape == (8, 4, 3)
    rows = x.view(2, 4, 4, 3)
    assert torch.equal(cut[1], rows[0, :2, 2:].reshape(4, 3))
    assert torch.equal(transgan.out_of_windows(cut, 2, 4, 2), x)


def test_a_shuffled_token_becomes_its_own_square():
    x = torch.zeros(1, 4, 8)
    x[0, 1] = torch.arange(1.0, 9.0)  # the upper right of 2 × 2 tokens
    grown = transgan.shuffle(x, 2).view(4, 4, 2)
    assert bool(grown[:2, 2:].all())
    assert float(grown.sum()) == 36.0


def test_attention_is_that_of_torch():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        ours, theirs = transgan.Attention(8, 2, 4), nn.MultiheadAttention(8, 2, batch_first=True)
    theirs.load_state_dict(
        {
            "in_proj_weight": ours.qkv.weight,
            "in_proj_bias": ours.qkv.bias,
            "out_proj.weight": ours.out.weight,
            "out_proj.bias": ours.out.bias,
        }
    )
    x = z(3 * 16, 8).view(3, 16, 8)
    torch.testing.assert_close(ours(x), theirs(x, x, x)[0], rtol=1e-4, atol=1e-5)
