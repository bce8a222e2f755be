"""Divergences on a grid against SciPy and against what can be worked out by hand."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr

from ganlab.data.points import ring
from ganlab.errors import ConfigError
from ganlab.metrics.divergence import cell_counts, js, kl, noise_floor

EXTENT = (-1.0, 1.0, -1.0, 1.0)


def seeded(number=0):
    return torch.Generator().manual_seed(number)


def test_every_sample_falls_into_one_cell_even_off_the_canvas():
    samples = torch.randn(2, 3000, 2, generator=seeded()) * 5
    samples[0, 0] = math.inf
    samples[0, 1] = -1e30
    samples[0, 2] = math.nan
    counts = cell_counts(samples, EXTENT, cells=10)
    assert counts.shape == (2, 144)
    torch.testing.assert_close(counts.sum(-1), torch.tensor([3000.0, 3000.0]))


def test_cells_count_as_a_histogram_does_inside():
    samples = torch.rand(5000, 2, generator=seeded()) * 2 - 1
    counts = cell_counts(samples, EXTENT, cells=8).reshape(10, 10)
    edges = torch.linspace(-1, 1, 9)
    expected = torch.histogramdd(samples, [edges, edges]).hist
    torch.testing.assert_close(counts[1:-1, 1:-1], expected)


def test_samples_off_the_canvas_count_as_wholly_different():
    inside = torch.rand(2000, 2, generator=seeded()) * 2 - 1
    p, q = cell_counts(inside, EXTENT), cell_counts(inside + 50, EXTENT)
    assert float(js(p, q)) == pytest.approx(math.log(2))
    below, above = cell_counts(inside - 50, EXTENT), cell_counts(inside + 50, EXTENT)
    assert float(js(below, above)) == pytest.approx(math.log(2))


def test_js_is_scipys():
    p, q = torch.rand(7, 50), torch.rand(7, 50)
    expected = torch.tensor([jensenshannon(a, b) ** 2 for a, b in zip(p, q, strict=True)])
    torch.testing.assert_close(js(p, q), expected, rtol=1e-5, atol=1e-7, check_dtype=False)


def test_kl_is_scipys_on_smoothed_counts():
    p, q = torch.tensor([10.0, 0.0, 5.0, 0.0]), torch.tensor([3.0, 4.0, 8.0, 0.0])
    smooth_p, smooth_q = (p[:3] + 0.5).numpy(), (q[:3] + 0.5).numpy()
    expected = rel_entr(smooth_p / smooth_p.sum(), smooth_q / smooth_q.sum()).sum()
    assert float(kl(p, q)) == pytest.approx(expected, rel=1e-5)


counts = st.lists(st.integers(0, 300), min_size=4, max_size=4)


@given(counts, counts)
def test_divergences_are_never_negative_and_zero_for_equals(first, second):
    p, q = torch.tensor(first), torch.tensor(second)
    if not (p.sum() and q.sum()):
        return
    assert float(kl(p, q)) >= 0
    assert 0 <= float(js(p, q)) <= math.log(2)
    assert float(kl(p, p)) == 0
    assert float(js(p, p)) == pytest.approx(0, abs=1e-12)


def test_the_noise_floor_is_the_divergence_of_real_against_real():
    data: Any = ring(std=0.05)
    band = noise_floor(data, 2500, seeded())
    assert 0 < band.js < band.js_high < 0.1
    assert 0 < band.kl < band.kl_high
    again = [
        float(js(*(cell_counts(data.sample(2500, seeded(2 * k + i)), data.extent) for i in (0, 1))))
        for k in range(100, 140)
    ]
    assert sum(value <= band.js_high for value in again) >= 33  # 38 expected
    assert noise_floor(data, 20_000, seeded(), draws=10).js < band.js / 3


def test_too_few_samples_are_refused():
    with pytest.raises(ConfigError, match="at least 2000 samples, got 500"):
        cell_counts(torch.zeros(500, 2), EXTENT)
