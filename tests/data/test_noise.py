"""Draws of z against their distributions."""

import pytest
import torch
from scipy import stats

from ganlab.catalogue.noise import NOISE

TRUE = {
    "normal": stats.norm(),
    "uniform01": stats.uniform(),
    "uniform": stats.uniform(-1, 2),
    "student-t": stats.t(3.0),
}


@pytest.mark.parametrize("name", NOISE)
def test_each_noise_has_its_distribution(name):
    z = NOISE[name].load()((5000, 2), torch.Generator().manual_seed(0))
    assert z.shape == (5000, 2)
    assert stats.kstest(z.numpy().ravel(), TRUE[name].cdf).pvalue > 0.01


@pytest.mark.parametrize("nu", [1.0, 1.5, 20.0])
def test_students_t_has_its_degrees_of_freedom(nu):
    g = torch.Generator().manual_seed(0)
    z = NOISE["student-t"].load()((5000, 1), g, nu=nu)
    assert stats.kstest(z.numpy().ravel(), stats.t(nu).cdf).pvalue > 0.01
