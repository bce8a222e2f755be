"""The two multilayer perceptrons against widths and counts reckoned by hand."""

import pytest
import torch
from torch import nn

from ganlab.networks.shape import Shape
from ganlab.networks.vanilla import build
from tests.networks.building import count


@pytest.fixture
def networks():
    with torch.random.fork_rng(devices=[]):
        return build(Shape(100), dropout=0.3)


def widths(net):
    return [(m.in_features, m.out_features) for m in net.modules() if isinstance(m, nn.Linear)]


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


def test_colour_pictures_have_three_planes():
    with torch.random.fork_rng(devices=[]):
        G, D = build(Shape(8, channels=3))
    assert D(G(torch.zeros(2, 8))).shape == (2,)
    assert G(torch.zeros(2, 8)).shape == (2, 3, 28, 28)
