"""VAE/GAN's networks: counts reckoned by hand, shapes, and what the encoder promises."""

import pytest
import torch

from ganlab.networks import vae_gan
from tests.networks.building import built, count, of_fast, z


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    g, d = of_fast(w)
    G, D = built(vae_gan.build, width=w)
    encoder = 16 * 2 * w + 4 * w + 16 * 2 * w * 4 * w + 8 * w + (49 * 4 * w + 1) * 40
    assert (count(G), count(D)) == (g + encoder, d)


def test_the_encoder_gives_the_mean_alone_and_each_picture_for_itself():
    G, D = built(vae_gan.build, width=4)
    x = G.eval()(z())
    assert torch.equal(G.encode(x), G.encoder(x)[0])
    torch.testing.assert_close(G.encode(x[:1]), G.encode(x)[:1], rtol=1e-3, atol=1e-5)
    assert D.features(x).shape == (5, 16, 7, 7)
