"""R3GAN's G keeps learning where a tanh would have shut it off: it is linear at its end."""

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
