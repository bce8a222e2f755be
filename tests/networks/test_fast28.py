"""fast28: no sample is judged by another."""

import pytest
import torch
from torch import nn

from ganlab.networks.fast28 import build
from ganlab.networks.shape import Shape


@pytest.fixture
def networks():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(Shape(10), width=4)


def test_d_judges_each_sample_alone(networks):
    _, D = networks
    x = torch.randn(6, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        together, apart = D(x), torch.cat([D(one[None]) for one in x])
    torch.testing.assert_close(together, apart, rtol=1e-4, atol=1e-6)
    assert not any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in D.modules())
