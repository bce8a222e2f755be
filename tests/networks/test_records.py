"""What the record of each pair of networks says, against the networks that it builds."""

import pytest
import torch
from torch import nn

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.objective.transforms import pack
from ganlab.training.tasks.pictures import build_networks
from tests.networks.building import PICTURE_NETWORKS


def fitting(name, **values):
    """A run with these networks, on data of their size."""
    spec = PICTURE_NETWORKS[name]
    large = {"data": "cifar10", "data.size": 64}
    data = {"data": "mnist"} if spec.makes(28) else large
    noise = spec.noise or "normal"
    return RunConfig(batch=6).with_values(data | {"network": name, "noise": noise} | values)


def discriminator(config):
    with torch.random.fork_rng(devices=[]):
        return build_networks(config)[1]


@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_a_record_knows_whose_d_normalises_over_its_batch(name):
    spec = PICTURE_NETWORKS[name]
    norms = spec.parameters["d_norm"].options if "d_norm" in spec.parameters else (None,)
    for norm in norms:
        config = fitting(name, **({"network.d_norm": norm} if norm else {}))
        layers = discriminator(config).modules()
        normed = any(isinstance(layer, nn.BatchNorm2d) for layer in layers)
        assert spec.normalises_batch(config.network.values) == normed


@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_pictures_are_judged_packed_or_packing_is_refused(name):
    spec = PICTURE_NETWORKS[name]
    packed = {"transforms.packing.m": 3}
    if spec.conditional or spec.offers:
        with pytest.raises(ConfigError, match="packing"):
            fitting(name, **packed)
        return
    channels, size = (1, 28) if spec.makes(28) else (3, 64)
    x = torch.zeros(6, channels, size, size)
    assert discriminator(fitting(name, **packed))(pack(x, 3)).shape == (2,)
