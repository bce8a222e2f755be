"""Ensembles of MLPs: every member is the network that would have stood alone."""

from typing import Any

import pytest
import torch
from torch import nn

from ganlab.errors import ConfigError
from ganlab.fast_cpu import ACTIVATIONS
from ganlab.networks.mlp import PointDiscriminator, PointGenerator
from ganlab.registry import Network, find


def seeds(*numbers):
    return [torch.Generator().manual_seed(n) for n in numbers]


OPTIONS = [
    {},
    {"norm": "spectral"},
    {"norm": "batch"},
    {"dropout": 0.3},
    {"batch_feature": "discrimination"},
    {"batch_feature": "stddev"},
    {"pack": 2},
    {"depth": 0},
    {"depth": 1, "activation": "tanh"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_member_k_equals_a_discriminator_that_stands_alone(options):
    together = PointDiscriminator(seeds(3, 4, 5), width=16, **options)
    x = torch.randn(3, 12, 2 * options.get("pack", 1))
    logits = together(x)
    assert logits.shape == (3, 12)
    for k, seed in enumerate((3, 4, 5)):
        alone = PointDiscriminator(seeds(seed), width=16, **options)
        torch.testing.assert_close(alone(x[k : k + 1])[0], logits[k])


def test_member_k_equals_a_generator_that_stands_alone():
    together = PointGenerator(seeds(3, 4), z_dim=5, width=16, scale=2.0)
    z = torch.randn(2, 12, 5)
    for k, seed in enumerate((3, 4)):
        alone = PointGenerator(seeds(seed), z_dim=5, width=16, scale=2.0)
        torch.testing.assert_close(alone(z[k : k + 1])[0], together(z)[k])


def test_a_discriminator_is_the_torch_network_with_its_weights():
    D = PointDiscriminator(seeds(0), width=8, depth=2, scale=4.0)
    layers: list[nn.Module] = []
    for layer in [*D.hidden, D.head]:
        twin = nn.Linear(layer.weight.shape[1], layer.weight.shape[2])
        twin.weight.data.copy_(layer.weight[0].T)
        twin.bias.data.copy_(layer.bias[0, 0])
        layers += [twin, nn.LeakyReLU(0.2)]
    x = torch.randn(1, 6, 2)
    torch.testing.assert_close(D(x), nn.Sequential(*layers[:-1])(x / 4)[..., 0])


def test_gains_scale_gs_first_weights_and_what_d_reads():
    plain, folded = PointGenerator(seeds(0)), PointGenerator(seeds(0), gain=3.0)
    for mine, theirs in zip(plain.flat[::2], folded.flat[::2], strict=True):
        torch.testing.assert_close(3 * mine, theirs)
    torch.testing.assert_close(plain.flat[1::2], folded.flat[1::2])
    x = torch.randn(1, 5, 2)
    near, far = PointDiscriminator(seeds(0)), PointDiscriminator(seeds(0), gain=3.0)
    torch.testing.assert_close(far(x), near(3 * x))


def test_nothing_passes_between_members():
    D = PointDiscriminator(seeds(0, 1), width=8, norm="batch", batch_feature="discrimination")
    x = torch.randn(2, 6, 2, requires_grad=True)
    (gradient,) = torch.autograd.grad(D(x)[0].sum(), x)
    assert gradient[0].abs().sum() > 0
    assert gradient[1].abs().sum() == 0


@pytest.mark.parametrize("name", ["norm", "batch_feature", "activation"])
def test_an_unknown_word_is_refused_in_one_sentence(name):
    values: dict[str, Any] = {name: "nonsense"}
    with pytest.raises(ConfigError, match=name):
        PointDiscriminator(seeds(0), **values)


def test_networks_say_whether_they_mix_their_batch():
    assert not PointDiscriminator(seeds(0)).mixes_batch
    assert not PointDiscriminator(seeds(0), norm="spectral").mixes_batch
    assert PointDiscriminator(seeds(0), batch_feature="stddev").mixes_batch
    assert PointGenerator(seeds(0), norm="batch").mixes_batch


def test_outer_layers_stay_in_float32_under_bfloat16():
    G, D = PointGenerator(seeds(0)), PointDiscriminator(seeds(0))
    with torch.autocast("cpu", torch.bfloat16):
        points = G(torch.randn(1, 9, 2))
        logits = D(points)
    assert points.dtype == logits.dtype == torch.float32
    distinct = G(torch.linspace(0, 1, 5000)[None, :, None].expand(1, 5000, 2))
    assert len(distinct[0].unique(dim=0)) == 5000


def test_the_record_builds_the_networks_with_its_defaults():
    spec = find(Network, "mlp")
    defaults = {key: parameter.default for key, parameter in spec.parameters.items()}
    G, D = spec.load()(seeds(0), seeds(1), z_dim=3, scale=2.0, pack=2, **defaults)
    points = G(torch.randn(1, 6, 3))
    assert D(points.reshape(1, 3, 4)).shape == (1, 3)
    assert set(spec.parameters["g_activation"].options) == set(ACTIVATIONS)
