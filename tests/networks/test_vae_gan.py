"""VAE/GAN's networks: counts reckoned by hand, shapes, and what the encoder promises."""

import pytest
import torch

from ganlab.errors import ConfigError
from ganlab.networks import vae_gan
from ganlab.networks.shape import Shape
from tests.networks.building import built, count, of_fast, z


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    g, d = of_fast(w)
    G, D = built(vae_gan.build, width=w)
    encoder = 16 * 2 * w + 4 * w + 16 * 2 * w * 4 * w + 8 * w + (49 * 4 * w + 1) * 40
    assert (count(G), count(D)) == (g + encoder, d)


def test_shapes_and_range():
    G, D = built(vae_gan.build, width=4)
    pictures = G(100 * z(), None)
    assert pictures.shape == (5, 1, 28, 28)
    assert pictures.abs().max() <= 1
    assert D(pictures, None).shape == (5,)
    with pytest.raises(ConfigError, match="64"):
        built(vae_gan.build, Shape(20, size=64, classes=10, categories=10))


def test_the_encoder_gives_the_mean_alone_and_each_picture_for_itself():
    G, D = built(vae_gan.build, width=4)
    x = G.eval()(z())
    assert torch.equal(G.encode(x), G.encoder(x)[0])
    torch.testing.assert_close(G.encode(x[:1]), G.encode(x)[:1], rtol=1e-3, atol=1e-5)
    assert D.features(x).shape == (5, 16, 7, 7)
