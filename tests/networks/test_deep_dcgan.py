"""The DCGAN of Stacked MNIST against TensorFlow's sizes."""

import pytest
import torch

from ganlab.networks.deep_dcgan import build
from ganlab.networks.shape import Shape


def made(**values):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        shape = Shape(100, 3, pack=values.pop("pack", 1))
        return build(shape, g_width=4, d_width=8, **values)


def test_feature_maps_have_the_sizes_of_padding_same():
    _, D = made(d_norm="none")
    sizes = []
    x = torch.zeros(1, 3, 28, 28)
    for layer in D.body:
        x = layer(x)
        if isinstance(layer, torch.nn.Conv2d):
            sizes.append(x.shape[-1])
    assert sizes == [14, 7, 4, 2]


def test_a_packed_d_reads_the_channels_of_several_pictures():
    _, D = made(pack=2)
    assert D(torch.zeros(3, 6, 28, 28)).shape == (3,)


@pytest.mark.parametrize("norm", ["batch", "none"])
def test_d_says_whether_its_samples_see_each_other(norm):
    G, D = made(d_norm=norm)
    x = G(torch.randn(4, 100, generator=torch.Generator().manual_seed(0))).detach()
    alone, together = D(x[:2]), D(x)[:2]
    assert D.mixes_batch == (norm == "batch")
    assert torch.allclose(alone, together, atol=1e-6) != D.mixes_batch
