"""fast28 against counts reckoned by hand, and D's promise that no sample sees another."""

import pytest
import torch
from torch import nn

from ganlab.networks.fast28 import build
from ganlab.networks.shape import Shape
from tests.networks.building import count


@pytest.fixture
def networks():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(Shape(10), width=4)


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    with torch.random.fork_rng(devices=[]):
        G, D = build(Shape(10), width=w)
    up = 16 * (4 * w * 2 * w + 2 * w * 1) + 1
    assert count(G) == 10 * 49 * 4 * w + 2 * 4 * w + 2 * 2 * w + up
    assert count(D) == 17 * w + (16 * w + 1) * 4 * w + 49 * 4 * w + 1


def test_d_judges_each_sample_alone(networks):
    _, D = networks
    x = torch.randn(6, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        together, apart = D(x), torch.cat([D(one[None]) for one in x])
    torch.testing.assert_close(together, apart, rtol=1e-4, atol=1e-6)
    assert not any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in D.modules())
