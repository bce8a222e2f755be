"""Draws of z against their distributions (Kolmogorov-Smirnov, SciPy's cdf) and their streams."""

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
    z = NOISE["student-t"].load()((5000, 1), torch.Generator().manual_seed(0), nu=nu)
    assert torch.isfinite(z).all()
    assert stats.kstest(z.numpy().ravel(), stats.t(nu).cdf).pvalue > 0.01


@pytest.mark.parametrize("name", NOISE)
def test_a_draw_comes_from_its_generator_alone(name):
    draw = NOISE[name].load()
    generator = torch.Generator().manual_seed(7)
    before = torch.get_rng_state()
    first, second = draw((4, 3), generator), draw((4, 3), generator)
    assert not torch.equal(first, second)
    torch.manual_seed(99)
    assert torch.equal(first, draw((4, 3), torch.Generator().manual_seed(7)))
    torch.set_rng_state(before)
