import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg
from scipy.spatial.distance import cdist

from ganlab.metrics import feature_distances as f


def draw(n, d, seed, shift=0.0, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    mixing = torch.randn(d, d, generator=generator)
    return (torch.randn(n, d, generator=generator) @ mixing) * scale + shift


def scipy_frechet(a, b):
    a, b = a.double().numpy(), b.double().numpy()
    A, B = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = np.real(linalg.sqrtm(A @ B))
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(A + B - 2 * root)


@pytest.mark.parametrize("d", [2, 8, 32])
def test_the_frechet_distance_agrees_with_scipys_matrix_root(d):
    fake, real = draw(300, d, 1, shift=0.3), draw(400, d, 2, scale=1.5)
    assert f.frechet_distance(fake, real) == pytest.approx(scipy_frechet(fake, real), rel=1e-6)


def test_gaussians_along_the_axes_have_a_closed_form():
    # Commuting covariances: |μa - μb|² + Σ (σa - σb)².
    a, b = torch.tensor([1.0, 4.0, 0.0]).double(), torch.tensor([9.0, 4.0, 1.0]).double()
    mean = torch.tensor([1.0, -2.0, 0.5]).double()
    expected = 1 + 4 + 0.25 + (1 - 3) ** 2 + 0 + 1
    got = f.gaussian_distance(mean, a.diag(), torch.zeros(3).double(), b.diag())
    assert got == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_the_frechet_distance_is_symmetric_and_zero_with_itself_even_where_singular(seed, rank):
    base = draw(50, rank, seed)
    flat = torch.cat([base, base], dim=1)  # a covariance without full rank
    other = draw(60, 2 * rank, seed + 1)
    there, back = f.frechet_distance(flat, other), f.frechet_distance(other, flat)
    assert there == pytest.approx(back, rel=1e-6, abs=1e-6)
    assert f.frechet_distance(flat, flat) < 1e-5 * (1 + float(flat.var(0).sum()))


def numpy_mmd(x, y):
    d = x.shape[1]
    k = lambda a, b: (a @ b.T / d + 1) ** 3  # noqa: E731
    n, m = len(x), len(y)
    off = lambda a: k(a, a)[~np.eye(len(a), dtype=bool)].sum()  # noqa: E731
    return off(x) / (n * (n - 1)) + off(y) / (m * (m - 1)) - 2 * k(x, y).mean()


def test_the_kernel_distance_agrees_with_a_numpy_twin(monkeypatch):
    monkeypatch.setattr(f, "BLOCK", 17)
    fake, real = draw(90, 5, 4), draw(70, 5, 5)
    twin = numpy_mmd(fake.double().numpy(), real.double().numpy())
    assert f.kernel_distance(fake, real) == pytest.approx(twin, rel=1e-9)


def test_the_kernel_distance_of_equal_distributions_is_zero_on_average():
    generator = torch.Generator().manual_seed(0)
    values = [f.kernel_distance(*torch.randn(2, 60, 4, generator=generator)) for _ in range(200)]
    error = np.std(values) / math.sqrt(len(values))
    assert abs(np.mean(values)) < 4 * error


def test_the_estimate_is_the_mean_and_deviation_of_numpy_twins_over_the_same_subsets():
    fake, real = draw(90, 5, 4), draw(70, 5, 5)
    found = f.kernel_estimate(fake, real, torch.Generator().manual_seed(3), subsets=7, size=20)
    chance = torch.Generator().manual_seed(3)
    twins = []
    for _ in range(7):
        a, b = (
            x[torch.randperm(len(x), generator=chance)[:20]].double().numpy() for x in (fake, real)
        )
        twins.append(numpy_mmd(a, b))
    assert found.mean == pytest.approx(np.mean(twins))
    assert found.deviation == pytest.approx(np.std(twins, ddof=1))
    assert (found.subsets, found.size) == (7, 20)


def test_subsets_of_a_small_set_are_half_of_it():
    fake, real = draw(90, 5, 4), draw(61, 5, 5)
    found = f.kernel_estimate(fake, real, torch.Generator().manual_seed(0))
    assert (found.subsets, found.size) == (20, 30)


def numpy_prdc(fake, real, k):
    radius = lambda a: np.sort(cdist(a, a), axis=1)[:, k]  # noqa: E731
    between = cdist(fake, real)
    inside = between < radius(real)
    return (
        inside.any(1).mean(),
        (between < radius(fake)[:, None]).any(0).mean(),
        inside.sum() / (k * len(fake)),
        (between.min(0) < radius(real)).mean(),
    )


@pytest.mark.parametrize("k", [1, 3, 5])
def test_precision_recall_density_and_coverage_agree_with_a_numpy_twin(k, monkeypatch):
    monkeypatch.setattr(f, "BLOCK", 23)
    fake, real = draw(110, 3, 6, shift=0.4), draw(130, 3, 7)
    wanted = numpy_prdc(fake.double().numpy(), real.double().numpy(), k)
    found = f.neighbours(fake, real, k)
    assert found.repeated == 0
    assert tuple(found)[:4] == pytest.approx(wanted, abs=1e-12)


def test_a_perfect_generator_is_perfect_where_real_samples_repeat():
    distinct = draw(40, 3, 8)
    chosen = torch.randint(40, (400,), generator=torch.Generator().manual_seed(2))
    found = f.neighbours(distinct[chosen], distinct.repeat(20, 1), 5)
    assert (found.precision, found.recall, found.coverage) == (1.0, 1.0, 1.0)
    assert found.repeated == 19 * 40


@pytest.mark.parametrize("k", [1, 3])
def test_where_real_samples_repeat_neighbourhoods_are_those_of_distinct_samples(k, monkeypatch):
    monkeypatch.setattr(f, "BLOCK", 17)
    fake, real = draw(50, 3, 9, shift=0.4), draw(60, 3, 10)
    twice = torch.cat([fake, fake[:20]])
    precision, _, density, _ = numpy_prdc(twice.double().numpy(), real.double().numpy(), k)
    _, recall, _, coverage = numpy_prdc(fake.double().numpy(), real.double().numpy(), k)
    found = f.neighbours(twice, torch.cat([real, real[:30]]), k)
    assert tuple(found)[:4] == pytest.approx((precision, recall, density, coverage), abs=1e-12)
    assert found.repeated == 30


def test_fewer_distinct_samples_than_neighbours_are_measured_all_the_same():
    real = draw(3, 2, 1)
    assert f.neighbours(real.repeat(4, 1), real.repeat(50, 1), 5).coverage == 1.0
    one = f.neighbours(torch.zeros(20, 2), torch.zeros(20, 2), 5)
    assert (one.coverage, one.repeated) == (0.0, 19)  # a single sample has no neighbourhood
