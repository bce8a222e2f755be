"""The networks of the systems against counts reckoned by hand, and what each promises."""

import pytest
import torch
from torch import nn

from ganlab.errors import ConfigError
from ganlab.models import figan, infogan, transgan, vae_gan
from ganlab.models.shape import Shape

WRITTEN = Shape(z_dim=20, classes=10, categories=10, continuous=2)
BUILDS = {"infogan": infogan.build, "vae-gan": vae_gan.build, "figan": figan.build}


def count(net):
    return sum(weight.numel() for weight in net.parameters())


def built(build, shape=WRITTEN, **values):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(shape, **values)


def z(n=5, width=20):
    return torch.randn(n, width, generator=torch.Generator().manual_seed(0))


def of_fast(w, z_dim=20):
    """G and D of fast28, reckoned in test_fast."""
    up = 16 * (4 * w * 2 * w + 2 * w) + 1
    g = z_dim * 49 * 4 * w + 2 * 4 * w + 2 * 2 * w + up
    return g, 17 * w + (16 * w + 1) * 4 * w + 49 * 4 * w + 1


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    g, d = of_fast(w)
    G, D = built(infogan.build, width=w)
    assert (count(G), count(D)) == (g, d + (49 * 4 * w + 1) * 128 + 129 * 12)
    G, D = built(vae_gan.build, width=w)
    encoder = 16 * 2 * w + 4 * w + 16 * 2 * w * 4 * w + 8 * w + (49 * 4 * w + 1) * 40
    assert (count(G), count(D)) == (g + encoder, d)
    G, D = built(figan.build, width=w, features=6)
    code = 20 + 6
    of_norms = code * 2 * (4 * w + 2 * w)
    ups = 16 * 4 * w * 2 * w + 16 * 2 * w + 1
    assert (count(G), count(D)) == (code * 49 * 4 * w + of_norms + ups, d + 49 * 4 * w * 6)


@pytest.mark.parametrize("name", BUILDS)
def test_shapes_and_range(name):
    G, D = built(BUILDS[name], width=4)
    pictures = G(100 * z(), None)
    assert pictures.shape == (5, 1, 28, 28)
    assert pictures.abs().max() <= 1
    told = torch.zeros(5, 16) if name == "figan" else None
    assert D(pictures, told).shape == (5,)
    with pytest.raises(ConfigError, match="64"):
        built(BUILDS[name], Shape(20, size=64, classes=10, categories=10))


def test_infogans_reading_is_taken_once_and_leaves_nothing():
    G, D = built(infogan.build, width=4)
    assert D.read(G(z())).shape == (5, 12)
    assert D.code_reading is None


def test_the_encoder_gives_the_mean_alone_and_each_picture_for_itself():
    G, D = built(vae_gan.build, width=4)
    x = G.eval()(z())
    assert torch.equal(G.encode(x), G.encoder(x)[0])
    torch.testing.assert_close(G.encode(x[:1]), G.encode(x)[:1], rtol=1e-3, atol=1e-5)
    assert D.features(x).shape == (5, 16, 7, 7)


def test_figan_draws_its_own_examples_where_it_is_told_nothing():
    G, _ = built(figan.build, width=4, features=6)
    G.eval()
    G.examples.copy_(torch.randn(G.examples.shape, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(G(z()), G(z(), G.examples[:5]))


def test_principal_features_and_back_are_a_projection():
    G, _ = built(figan.build, width=4, features=6)
    features = torch.rand(50, 64, generator=torch.Generator().manual_seed(1))
    shares = G.take_axes(features)
    assert 0 < float(shares.sum()) < 1
    assert torch.equal(shares, shares.sort(descending=True).values)
    principal = G.principal(features)
    torch.testing.assert_close(principal.std(0), torch.ones(6))
    torch.testing.assert_close(G.principal(G.raw(principal)), principal, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3)])
def test_transgan_has_no_convolution_anywhere(size, channels):
    G, D = built(transgan.build, Shape(20, channels, size), width=32, d_width=32)
    for module in [*G.modules(), *D.modules()]:
        assert not isinstance(module, nn.modules.conv._ConvNd)
    assert max(weight.ndim for net in (G, D) for weight in net.parameters()) == 3  # the places
    x = G(z())
    assert x.shape == (5, channels, size, size)
    assert D(x).shape == (5,)


def test_transgans_counts_are_those_reckoned_by_hand():
    G, D = built(transgan.build, Shape(20, 3, 32), width=96, depth=2, d_width=64)

    def block(d):
        return 2 * 2 * d + 3 * d * (d + 1) + d * (d + 1) + 4 * d * (d + 1) + d * (4 * d + 1)

    places = 64 * 96 + 256 * 24 + 1024 * 6
    blocks = 2 * block(96) + block(24) + block(6)
    assert count(G) == 21 * 64 * 96 + places + blocks + 7 * 3
    d = 64 * 49 + 64 * 64 + 4 * block(64) + 64 * 257 + 2 * 64 + 65
    assert count(D) == d


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
