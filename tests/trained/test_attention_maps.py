"""The map of a place against the layer's own weights."""

import numpy as np
import pytest
import torch

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.networks.self_attention import SelfAttention
from ganlab.trained.generator import Generator, attention_maps, attention_share
from ganlab.training.tasks.pictures import build_networks


def generator_of(network):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = RunConfig.from_json({"network": network, "z_dim": 8})
        return Generator("mine", config, build_networks(config)[0])


def test_a_map_says_where_a_place_looks_and_sums_to_one():
    generator = generator_of({"name": "sagan", "width": 8})
    z = generator.z(3)
    maps = attention_maps(generator, z)
    assert maps.shape == (3, 14, 14, 14, 14)
    np.testing.assert_allclose(maps.sum((3, 4)), 1, rtol=1e-4)
    (layer,) = [m for m in generator.net.modules() if isinstance(m, SelfAttention)]
    x = []
    layer.register_forward_hook(lambda _m, inputs, _y: x.append(inputs[0]))
    with torch.no_grad():
        generator.net(z)
        query = layer.query(x[0])[1, :, 4, 9]
        scores = (layer.key(x[0])[1] * query[:, None, None]).sum(0)
    expected = scores.flatten().softmax(0).view(14, 14).numpy()
    np.testing.assert_allclose(maps[1, 4, 9], expected, rtol=1e-3, atol=1e-6)
    assert attention_share(generator) == 0.0


def test_a_generator_without_attention_is_refused():
    generator = generator_of({"name": "dcgan-body", "width": 8})
    with pytest.raises(ConfigError, match="dcgan-body has no attention: train sagan"):
        attention_maps(generator, generator.z(1))
