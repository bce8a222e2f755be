"""Draws of z against their distributions (Kolmogorov-Smirnov, SciPy's cdf) and their streams."""

import pytest
import torch
from scipy import stats

from ganlab.registry import Noise, find, table

TRUE = {
    "normal": stats.norm(),
    "uniform01": stats.uniform(),
    "uniform": stats.uniform(-1, 2),
    "student-t": stats.t(3.0),
}


@pytest.mark.parametrize("name", TRUE)
def test_each_noise_has_its_distribution(name):
    z = find(Noise, name).load()((5000, 2), torch.Generator().manual_seed(0))
    assert z.shape == (5000, 2)
    assert stats.kstest(z.numpy().ravel(), TRUE[name].cdf).pvalue > 0.01


@pytest.mark.parametrize("nu", [1.0, 1.5, 20.0])
def test_students_t_has_its_degrees_of_freedom(nu):
    z = find(Noise, "student-t").load()((5000, 1), torch.Generator().manual_seed(0), nu=nu)
    assert torch.isfinite(z).all()
    assert stats.kstest(z.numpy().ravel(), stats.t(nu).cdf).pvalue > 0.01


def test_codes_are_one_category_then_uniform_then_normal():
    z = find(Noise, "codes").load()(
        (5000, 9), torch.Generator().manual_seed(0), categories=4, continuous=3
    )
    chosen, spread, rest = z[:, :4], z[:, 4:7], z[:, 7:]
    assert torch.equal(chosen.sort(dim=1).values, torch.eye(4)[3].expand(5000, 4))
    assert stats.chisquare(chosen.sum(0).numpy()).pvalue > 0.01
    assert stats.kstest(spread.numpy().ravel(), TRUE["uniform"].cdf).pvalue > 0.01
    assert stats.kstest(rest.numpy().ravel(), TRUE["normal"].cdf).pvalue > 0.01


def test_codes_may_fill_all_of_z_and_stand_in_any_number_of_axes():
    z = find(Noise, "codes").load()((2, 3, 12), torch.Generator().manual_seed(0))
    assert z.shape == (2, 3, 12)
    assert torch.equal(z[..., :10].sum(-1), torch.ones(2, 3))


@pytest.mark.parametrize("name", table(Noise))
def test_a_draw_comes_from_its_generator_alone(name):
    draw = find(Noise, name).load()
    generator = torch.Generator().manual_seed(7)
    before = torch.get_rng_state()
    first, second = draw((4, 14), generator), draw((4, 14), generator)
    assert not torch.equal(first, second)
    torch.manual_seed(99)
    assert torch.equal(first, draw((4, 14), torch.Generator().manual_seed(7)))
    torch.set_rng_state(before)
