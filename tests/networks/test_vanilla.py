"""The two multilayer perceptrons against widths and counts reckoned by hand."""

import pytest
import torch
from torch import nn

from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from ganlab.networks.vanilla import build


@pytest.fixture
def networks():
    with torch.random.fork_rng(devices=[]):
        return build(Shape(100), dropout=0.3)


def widths(net):
    return [(m.in_features, m.out_features) for m in net.modules() if isinstance(m, nn.Linear)]


def count(net):
    return sum(weight.numel() for weight in net.parameters())


def test_the_widths_are_those_of_the_lecture(networks):
    G, D = networks
    assert widths(G) == [(100, 256), (256, 512), (512, 1024), (1024, 784)]
    assert widths(D) == [(784, 1024), (1024, 512), (512, 256), (256, 1)]


def test_the_counts_are_those_reckoned_by_hand(networks):
    G, D = networks
    assert count(G) == 101 * 256 + 257 * 512 + 513 * 1024 + 1025 * 784 == 1_486_352
    assert count(D) == 785 * 1024 + 1025 * 512 + 513 * 256 + 257 == 1_460_225


def test_between_the_layers_stand_leaky_relus_and_in_d_dropout(networks):
    G, D = networks
    slopes = [m.negative_slope for net in (G, D) for m in net.modules() if type(m) is nn.LeakyReLU]
    assert slopes == [0.2] * 6
    assert [m.p for m in D.modules() if isinstance(m, nn.Dropout)] == [0.3] * 3
    assert not any(isinstance(m, nn.Dropout) for m in G.modules())


def test_g_makes_pictures_between_minus_one_and_one_and_d_one_logit_each(networks):
    G, D = networks
    pictures = G(torch.randn(5, 100, generator=torch.Generator().manual_seed(0)) * 100)
    assert pictures.shape == (5, 1, 28, 28)
    assert pictures.abs().max() <= 1
    assert D(pictures).shape == (5,)
    assert D(pictures[:1]).shape == (1,)


def test_colour_pictures_have_three_planes():
    with torch.random.fork_rng(devices=[]):
        G, D = build(Shape(8, channels=3))
    assert D(G(torch.zeros(2, 8))).shape == (2,)
    assert G(torch.zeros(2, 8)).shape == (2, 3, 28, 28)


def test_another_size_is_refused():
    with pytest.raises(ConfigError, match=r"vanilla makes pictures of 28×28.* 32 wide"):
        build(Shape(8, size=32))
