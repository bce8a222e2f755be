"""Every two-dimensional distribution: its samples, its modes, its density, its canvas."""

import inspect
import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import make_moons
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from ganlab.data.distribution import Points
from ganlab.data.drawings import Drawing
from ganlab.data.points import (
    Mixture,
    grid,
    line,
    ring,
    sine,
    swiss_roll,
    two_gaussians,
    two_moons,
    unbalanced,
)
from ganlab.registry import Data, table

POINTS = {name: one for name, one in table(Data).items() if one.space == "points"}


def seeded(number=0):
    return torch.Generator().manual_seed(number)


def build(name) -> Points:
    spec = POINTS[name]
    given = {key: parameter.default for key, parameter in spec.parameters.items()}
    if name == "drawing":
        given["points"] = "0,0;1,2;3,-1"
    return spec.load()(**given)


@pytest.mark.parametrize("name", POINTS)
def test_samples_are_float32_pairs_that_their_seed_decides(name):
    data = build(name)
    points = data.sample(500, seeded(3))
    assert points.dtype == torch.float32
    assert points.shape == (500, 2)
    torch.testing.assert_close(data.sample(500, seeded(3)), points, rtol=0, atol=0)
    assert not torch.equal(data.sample(500, seeded(4)), points)
    together = data.sample(500, [seeded(4), seeded(3)])
    torch.testing.assert_close(together[1], points, rtol=0, atol=0)


@pytest.mark.parametrize("name", POINTS)
def test_the_canvas_shows_nearly_all_of_it_and_scale_is_its_size(name):
    data = build(name)
    points = data.sample(4000, seeded())
    left, right, bottom, top = data.extent
    inside = (points[:, 0] > left) & (points[:, 0] < right)
    inside &= (points[:, 1] > bottom) & (points[:, 1] < top)
    assert inside.float().mean() > 0.95
    assert right - left == pytest.approx(top - bottom)
    assert float(points.square().mean().sqrt()) == pytest.approx(data.scale, rel=0.1)


@pytest.mark.parametrize("name", POINTS)
def test_defaults_in_the_records_are_those_of_the_code(name):
    signature = inspect.signature(POINTS[name].load()).parameters
    for key, parameter in POINTS[name].parameters.items():
        assert signature[key].default == parameter.default
    assert set(signature) == set(POINTS[name].parameters)


@pytest.mark.parametrize("name", POINTS)
def test_a_density_integrates_to_one(name):
    spec = POINTS[name]
    given = {"points": "0,0;1,2;3,-1"} if name == "drawing" else {}
    blur = next(k for k in ("noise", "std", "jitter") if k in spec.parameters)
    data = spec.load()(**given, **{blur: 0.15})
    left, right, bottom, top = data.extent
    x = torch.linspace(left - 1, right + 1, 150)
    y = torch.linspace(bottom - 1, top + 1, 150)
    log_prob = data.log_prob(torch.cartesian_prod(x, y))
    mass = log_prob.double().exp().sum() * (x[1] - x[0]) * (y[1] - y[0])
    assert float(mass) == pytest.approx(1.0, abs=0.01)


def test_a_thin_curve_has_no_density():
    assert sine().log_prob(torch.zeros(1, 2)) is None
    assert Drawing("0,0;1,1").log_prob(torch.zeros(1, 2)) is None


@pytest.mark.parametrize("data", [ring(), grid(), two_gaussians(), unbalanced()])
def test_a_mixtures_density_is_that_of_torch_distributions(data):
    x = data.sample(100, seeded()) + 0.01
    K = len(data.modes)
    twin = MixtureSameFamily(
        Categorical(data.weights),
        MultivariateNormal(data.modes, (torch.eye(2) * data.std**2).expand(K, 2, 2)),
    )
    torch.testing.assert_close(data.log_prob(x), twin.log_prob(x), rtol=1e-3, atol=1e-3)


def test_modes_come_in_their_shares_with_their_spread():
    data: Any = unbalanced(modes=4, ratio=3.0, std=0.05)
    assert data.weights is not None
    points = data.sample(40000, seeded())
    nearest = torch.cdist(points, data.modes).argmin(1)
    shares = torch.bincount(nearest, minlength=4) / 40000
    torch.testing.assert_close(data.weights, torch.tensor([27.0, 9.0, 3.0, 1.0]) / 40)
    torch.testing.assert_close(shares, data.weights, rtol=0, atol=0.01)
    assert float((points - data.modes[nearest]).std()) == pytest.approx(0.05, rel=0.02)


def test_samples_are_not_rounded():
    """Rounding to bfloat16 leaves only some thousand distinct points (and moves every score)."""
    assert len(ring().sample(20000, seeded()).unique(dim=0)) > 19990


def test_the_sine_is_the_curve_of_the_lecture_notes():
    points = sine().sample(5000, seeded()).double()
    torch.testing.assert_close(points[:, 1], torch.sin(points[:, 0]), rtol=0, atol=1e-6)
    counts = torch.histc(points[:, 0], bins=20, min=0, max=2 * math.pi)
    assert counts.sum() == 5000
    assert counts.min() > 180  # uniform: 250 ± 15


def test_two_moons_are_scikit_learns_moved_to_the_origin():
    theirs = np.asarray(make_moons(4000, noise=0.05, random_state=0)[0])
    ours = two_moons(0.05).sample(4000, seeded()).numpy() + np.array([0.5, 0.25])
    np.testing.assert_allclose(ours.mean(0), theirs.mean(0), atol=0.03)
    np.testing.assert_allclose(np.cov(ours.T), np.cov(theirs.T), atol=0.03)


def test_the_swiss_roll_winds_one_and_a_half_turns():
    points = swiss_roll(0.0).sample(5000, seeded())
    radius = points.norm(dim=1)
    assert float(radius.min()) == pytest.approx(1 / 3, abs=0.01)
    assert float(radius.max()) == pytest.approx(1.0, abs=0.01)


def test_a_noisy_lines_density_peaks_on_the_line():
    data = line(2.0, 0.0, 0.1)
    at = data.log_prob(torch.tensor([[0.0, 0.0], [0.0, 0.2], [5.0, 0.0]]))
    assert at is not None
    # Far from its ends the line is N(0, 0.1²) across and 1/2 along.
    assert float(at[0]) == pytest.approx(math.log(0.5 / (0.1 * math.sqrt(2 * math.pi))), abs=1e-3)
    assert float(at[0] - at[1]) == pytest.approx(2.0, abs=1e-3)


def test_a_drawing_gives_its_own_points_only():
    text = "0,0;1,2;3,-1"
    found = Drawing(text).sample(300, seeded()).unique(dim=0)
    assert {tuple(point) for point in found.tolist()} == {(0, 0), (1, 2), (3, -1)}
    blurred = Drawing(text, jitter=0.1).sample(300, seeded()).unique(dim=0)
    assert len(blurred) == 300


def test_a_mixture_of_one_mode_stands():
    data = Mixture([(1.0, 1.0)], 0.1)
    left, right, *_ = data.extent
    assert right > left
