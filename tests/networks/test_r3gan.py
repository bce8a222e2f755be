"""R3GAN's G keeps learning where a tanh would have shut it off: it is linear at its end."""

import pytest
import torch
from torch import nn

from ganlab.networks import r3gan
from ganlab.networks.shape import Shape
from tests.networks.building import built, z


def test_a_g_that_has_gone_far_too_dark_is_still_reached_by_a_gradient():
    G, _ = built(r3gan.build, Shape(z_dim=20), width=4)
    assert not any(isinstance(layer, nn.Tanh) for layer in G.modules())
    dark = next(layer for layer in reversed(G.up) if isinstance(layer, nn.ConvTranspose2d))
    nn.init.constant_(dark.bias, -40.0)
    pictures = G(z())
    assert bool((pictures < -1).all())
    (gradient,) = torch.autograd.grad(pictures.mean(), dark.bias)
    torch.testing.assert_close(gradient, torch.ones(1))


def block(channels):
    """1×1 with bias, 3×3 in groups of 16 channels and 1×1, neither with a bias."""
    return channels**2 + channels + 9 * 16 * channels + channels**2


@pytest.mark.parametrize(("depth", "of_g", "of_d"), [(1, 261_313, 60_673), (0, 237_153, 36_513)])
def test_the_players_have_as_many_weights_as_their_layers_add_up_to(depth, of_g, of_d):
    blocks = depth * (block(64) + block(32))
    ends = 65 * 7 * 7 * 64, 7 * 7 * 64 + 1
    assert of_g == ends[0] + blocks + (64 * 32 * 16 + 32) + (32 * 16 + 1)
    assert of_d == ends[1] + blocks + (1 * 32 * 16 + 32) + (32 * 64 * 16 + 64)
    G, D = built(r3gan.build, Shape(z_dim=64), width=16, depth=depth)
    assert sum(weight.numel() for weight in G.parameters()) == of_g
    assert sum(weight.numel() for weight in D.parameters()) == of_d
