"""What the catalogue says of each pair of networks, against the networks that it builds."""

import pytest
import torch
from torch import nn

from ganlab.catalogue.networks import PICTURE_NETWORKS, normalises_batch
from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.objective.transforms import pack
from ganlab.training.tasks.pictures import build_networks


def fitting(name, **values):
    """A run with these networks, on data of their size."""
    spec = PICTURE_NETWORKS[name]
    large = {"data": "cifar10", "data.size": 64}
    data = large if spec.traits.get("size") == 64 else {"data": "mnist"}
    noise = spec.traits.get("noise", "normal")
    return RunConfig(batch=6).with_values(data | {"network": name, "noise": noise} | values)


def discriminator(config):
    with torch.random.fork_rng(devices=[]):
        return build_networks(config)[1]


@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_the_catalogue_knows_whose_d_normalises_over_its_batch(name):
    spec = PICTURE_NETWORKS[name]
    norms = spec.parameters["d_norm"].options if "d_norm" in spec.parameters else (None,)
    for norm in norms:
        config = fitting(name, **({"network.d_norm": norm} if norm else {}))
        layers = discriminator(config).modules()
        normed = any(isinstance(layer, nn.BatchNorm2d) for layer in layers)
        assert normalises_batch(spec, config.network.values) == normed


@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_pictures_are_judged_packed_or_packing_is_refused(name):
    traits = PICTURE_NETWORKS[name].traits
    packed = {"transforms.packing.m": 3}
    if traits.get("conditional") or traits.get("offers"):
        with pytest.raises(ConfigError, match="packing"):
            fitting(name, **packed)
        return
    channels, size = (3, 64) if traits.get("size") == 64 else (1, 28)
    x = torch.zeros(6, channels, size, size)
    assert discriminator(fitting(name, **packed))(pack(x, 3)).shape == (2,)
