"""The literature's networks: shapes, layers of the tutorial, spectral norms, maps."""

import copy
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ganlab.networks import dcgan64, dcgan_body, r3gan
from ganlab.networks.self_attention import SelfAttention
from ganlab.networks.shape import Shape
from ganlab.networks.spectral import Spectral, spectral
from ganlab.training.averaging import average_towards
from tests.networks.building import count

BUILDS = {
    "dcgan": dcgan_body.build,
    "dcgan, spectral": lambda shape: dcgan_body.build(shape, 32, "batch", "spectral"),
    "dcgan, batch": lambda shape: dcgan_body.build(shape, 32, "batch", "batch"),
    "sagan": dcgan_body.build_sagan,
    "r3gan": r3gan.build,
}


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.mark.parametrize("shape", [Shape(64), Shape(16, 3, 32), Shape(8, 3, 64)], ids=str)
@pytest.mark.parametrize("name", BUILDS)
def test_pictures_of_the_datas_shape_come_out_and_logits_for_each(name, shape):
    G, D = BUILDS[name](shape)
    fake = G(torch.randn(3, shape.z_dim))
    assert fake.shape == (3, shape.channels, shape.size, shape.size)
    assert fake.abs().max() <= 1 or name == "r3gan"  # linear at its end, as the paper's
    assert D(fake).shape == (3,)


def test_the_printed_dcgan_has_the_tutorials_layers():
    G, D = dcgan64.build(Shape(100, 3, 64))
    for net, one, channels in (
        (G, nn.ConvTranspose2d, [100, 512, 256, 128, 64, 3]),
        (D, nn.Conv2d, [3, 64, 128, 256, 512, 1]),
    ):
        layers = [m for m in net.main if isinstance(m, one)]
        assert [(m.in_channels, m.out_channels) for m in layers] == list(pairwise(channels))
        steps = [(m.kernel_size[0], m.stride[0], m.padding[0], m.bias) for m in layers]
        first, inner = (4, 1, 0, None), (4, 2, 1, None)
        assert steps == ([first, *[inner] * 4] if net is G else [*[inner] * 4, first])
    assert (count(G), count(D)) == (3_576_704, 2_765_568)


def test_the_printed_d_returns_the_logit_of_what_its_layers_say():
    _, D = dcgan64.build(Shape(100, 3, 64))
    D.eval()
    x = torch.randn(2, 3, 64, 64)
    torch.testing.assert_close(torch.sigmoid(D(x)), D.main(x).flatten())
    names = {f"main.{k}.weight" for k in (0, 2, 3, 5, 6, 8, 9, 11)}
    assert {name for name, _ in D.named_parameters()} - names == {
        f"main.{k}.bias" for k in (3, 6, 9)
    }


def test_the_printed_dcgan_starts_as_the_paper_says():
    G, D = dcgan64.build(Shape(100, 3, 64))
    for net in (G, D):
        kernels = torch.cat([w.flatten() for w in net.parameters() if w.ndim == 4])
        assert kernels.std().item() == pytest.approx(0.02, rel=0.01)
        gains = torch.cat([m.weight for m in net.modules() if isinstance(m, nn.BatchNorm2d)])
        assert gains.mean().item() == pytest.approx(1.0, abs=0.01)


def test_batch_norm_in_d_is_known_to_mix_its_samples():
    assert dcgan64.Discriminator.mixes_batch
    assert dcgan_body.build(Shape(8), 8, "batch", "batch")[1].mixes_batch
    assert not dcgan_body.build(Shape(8), 8, "batch", "spectral")[1].mixes_batch


LAYERS = {
    "linear": (lambda: nn.Linear(20, 7), 0),
    "convolution": (lambda: nn.Conv2d(3, 8, 4), 0),
    "transposed": (lambda: nn.ConvTranspose2d(8, 3, 4), 1),
}


@pytest.mark.parametrize("name", LAYERS)
def test_spectral_norm_is_the_division_by_the_largest_singular_value(name):
    build, axis = LAYERS[name]
    plain = build()
    expected = plain.weight.detach().clone()
    layer = spectral(copy.deepcopy(plain))
    for _ in range(50):
        layer.weight  # noqa: B018 (a look at it is an iteration)
    sigma = torch.linalg.svdvals(expected.movedim(axis, 0).flatten(1))[0]
    torch.testing.assert_close(layer.weight, expected / sigma, rtol=1e-4, atol=1e-6)


def test_spectral_norms_gradient_is_the_papers():
    layer = spectral(nn.Linear(6, 5, bias=False).double())
    assert isinstance(layer.parametrizations.weight[0], Spectral)
    for _ in range(300):
        layer.weight  # noqa: B018
    layer.eval()
    original = layer.parametrizations.weight.original
    weight, direction = layer.weight, torch.randn(5, 6).double()
    (got,) = torch.autograd.grad((weight * direction).sum(), original)
    # Miyato et al. 2018, equation 12: (direction - λ u vᵀ) / σ with λ = <direction, W/σ>.
    u, s, vt = torch.linalg.svd(original.detach())
    outer = torch.outer(u[:, 0], vt[0])
    lagrange = (direction * original.detach() / s[0]).sum()
    torch.testing.assert_close(got, (direction - lagrange * outer) / s[0])


def test_spectral_norm_iterates_only_while_it_trains_and_in_float32():
    layer = spectral(nn.Conv2d(2, 4, 3))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert layer.weight.dtype == torch.float32
    layer.eval()
    before = layer.parametrizations.weight[0].u.clone()
    first = layer.weight
    assert torch.equal(layer.weight, first)
    assert torch.equal(layer.parametrizations.weight[0].u, before)


def test_an_averaged_generator_is_still_normalised():
    G, _ = dcgan_body.build_sagan(Shape(8), 8)
    mean = copy.deepcopy(G).eval()
    for step in range(20):
        with torch.no_grad():
            for weight in G.parameters():
                weight.add_(0.3 * torch.randn_like(weight))
        G(torch.randn(2, 8))
        average_towards(mean, G, 0.9, step)
    sigma = torch.linalg.svdvals(mean.dense.weight)[0]
    assert sigma.item() == pytest.approx(1.0, abs=0.1)


def test_attention_starts_as_nothing_and_is_the_papers_formula():
    layer = SelfAttention(16)
    x = torch.randn(2, 16, 5, 4)
    torch.testing.assert_close(layer(x), x)
    with torch.no_grad():
        layer.gamma.fill_(0.7)
    layer.eval()
    got = layer(x)
    query, key, value, back = (
        one.weight.flatten(1).detach() for one in (layer.query, layer.key, layer.value, layer.back)
    )
    for n in range(2):
        places = x[n].flatten(1)  # (C, HW)
        scores = (key @ places).T @ (query @ places)  # s_ij = f(x_i)ᵀ g(x_j)
        beta = scores.softmax(0)  # over i, for each j
        o = back @ (value @ places) @ beta
        expected = places + 0.7 * o
        torch.testing.assert_close(got[n].flatten(1), expected, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(layer.weights(x)[n].T, beta, rtol=1e-4, atol=1e-6)


def test_r3gans_blocks_start_as_the_identity_and_its_d_is_smooth():
    block = r3gan.Block(32, 4)
    x = torch.randn(2, 32, 6, 6)
    assert torch.equal(block(x), x)
    _, D = r3gan.build(Shape(8))
    picture = torch.randn(2, 1, 28, 28, requires_grad=True)
    (gradient,) = torch.autograd.grad(D(picture).sum(), picture, create_graph=True)
    assert torch.autograd.grad(gradient.square().sum(), D.dense.weight)[0].abs().sum() > 0


def test_r3gans_batch_is_not_seen_as_a_whole():
    _, D = r3gan.build(Shape(8))
    x = torch.randn(3, 1, 28, 28)
    torch.testing.assert_close(D(x)[:1], D(x[:1]))
    assert not any(isinstance(m, nn.BatchNorm2d) for m in D.modules())
    assert F.softplus(D(x)).isfinite().all()
