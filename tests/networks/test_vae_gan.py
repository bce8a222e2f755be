"""VAE/GAN's networks: shapes, and what the encoder promises."""

import torch

from ganlab.networks import vae_gan
from tests.networks.building import built, z


def test_the_encoder_gives_the_mean_alone_and_each_picture_for_itself():
    G, D = built(vae_gan.build, width=4)
    x = G.eval()(z())
    assert torch.equal(G.encode(x), G.encoder(x)[0])
    torch.testing.assert_close(G.encode(x[:1]), G.encode(x)[:1], rtol=1e-3, atol=1e-5)
    assert D.features(x).shape == (5, 16, 7, 7)
