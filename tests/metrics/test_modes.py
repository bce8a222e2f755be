"""Mode scores against exact samples, a NumPy twin and the published ceilings and floors."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganlab.data.points import grid, ring, unbalanced
from ganlab.metrics.ceilings import CEILINGS, bounds, kl_floor
from ganlab.metrics.modes import (
    NOWHERE,
    assign,
    is_high_quality,
    places,
    reverse_kl,
    score_modes,
    truncated_std,
)


def seeded(number=0):
    return torch.Generator().manual_seed(number)


@pytest.mark.parametrize("data", [ring(), ring(std=0.05), grid()], ids=["ring", "wide", "grid"])
def test_exact_samples_score_the_ceilings(data):
    samples = data.sample(100_000, seeded())
    ball = score_modes(samples, data.modes, data.std)
    box = score_modes(samples, data.modes, data.std, rule="box")
    assert float(ball.high_quality) == pytest.approx(0.989, abs=0.003)
    assert float(ball.high_quality) == pytest.approx(CEILINGS["ball"], abs=0.0015)
    assert float(box.high_quality) == pytest.approx(CEILINGS["box"], abs=0.0015)
    for scores in (ball, box):
        assert int(scores.modes) == len(data.modes)
        assert float(scores.spread) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("data", [ring(), grid()], ids=["ring", "grid"])
def test_exact_samples_score_the_floor_of_reverse_kl_on_average(data):
    samples = data.sample(2500, [seeded(s) for s in range(200)])
    scores = score_modes(samples, data.modes, data.std)
    K = len(data.modes)
    assert float(scores.reverse_kl_all.mean()) == pytest.approx(kl_floor(K, 2500), rel=0.15)
    assert float(scores.reverse_kl.mean()) == pytest.approx(kl_floor(K, 2500), rel=0.15)


@pytest.mark.parametrize("rule", ["ball", "box"])
@pytest.mark.parametrize("data", [ring(), grid()], ids=["ring", "grid"])
def test_bounds_are_what_draws_of_the_data_themselves_score(data, rule):
    draws = data.sample(2500, [seeded(s) for s in range(300)])
    scores = score_modes(draws, data.modes, data.std, rule=rule)
    expected = bounds(len(data.modes), 2500, rule)
    assert float(scores.modes.double().mean()) == expected.modes
    assert float(scores.high_quality.mean()) == pytest.approx(expected.high_quality, abs=5e-4)
    assert float(scores.reverse_kl.mean()) == pytest.approx(expected.reverse_kl, rel=0.1)
    assert float(scores.reverse_kl_all.mean()) == pytest.approx(expected.reverse_kl_all, rel=0.1)
    assert float(scores.spread.mean()) == pytest.approx(expected.spread, abs=0.005)


def test_each_sample_falls_into_the_mode_within_three_sigma_or_nowhere():
    data: Any = ring(std=0.05)
    near = data.modes + torch.tensor([0.1, 0.0])
    outside = data.modes + torch.tensor([0.1501, 0.0])
    corner = data.modes + torch.tensor([0.12, 0.12])
    samples = torch.stack([near, outside, corner])
    ball = places(samples, data.modes, data.std)
    assert ball[0].tolist() == list(range(8))
    assert ball[1].tolist() == ball[2].tolist() == [NOWHERE] * 8
    assert places(corner, data.modes, data.std, rule="box").tolist() == list(range(8))


def test_places_and_scores_count_the_same_samples():
    data: Any = grid()
    samples = data.sample(500, [seeded(1), seeded(2)]) * 1.01
    found = places(samples, data.modes, data.std)
    scores = score_modes(samples, data.modes, data.std)
    assert (found != NOWHERE).double().mean(-1).tolist() == scores.high_quality.tolist()
    assert [len(row[row != NOWHERE].unique()) for row in found] == scores.modes.tolist()


def test_scores_agree_with_a_numpy_twin():
    data: Any = ring(std=0.05)
    x = (data.sample(800, seeded()) + 0.1 * torch.randn(800, 2, generator=seeded(1))).numpy()
    modes = data.modes.numpy()
    distance = np.linalg.norm(x[:, None] - modes, axis=-1)
    nearest, good = distance.argmin(1), distance.min(1) < 0.15
    counts = np.bincount(nearest[good], minlength=8)
    p = counts[counts > 0] / counts.sum()
    every = np.bincount(nearest, minlength=8)
    q = every[every > 0] / every.sum()
    scores = score_modes(torch.from_numpy(x), data.modes, data.std)
    assert int(scores.modes) == (counts > 0).sum()
    assert float(scores.high_quality) == pytest.approx(good.mean())
    assert float(scores.reverse_kl) == pytest.approx((p * np.log(8 * p)).sum())
    assert float(scores.reverse_kl_all) == pytest.approx((q * np.log(8 * q)).sum())
    parts = [x[good & (nearest == k)] for k in range(8)]
    squares = sum(((part - part.mean(0)) ** 2).sum() for part in parts)
    pooled = math.sqrt(squares / sum(2 * (len(part) - 1) for part in parts))
    assert float(scores.spread) == pytest.approx(pooled / (0.05 * truncated_std("ball")), rel=1e-4)


def test_a_collapse_within_modes_shows_as_a_score_above_the_ceiling_and_a_small_spread():
    data: Any = ring()
    tight = ring(std=0.004).sample(5000, seeded())
    scores = score_modes(tight, data.modes, data.std)
    assert float(scores.high_quality) > CEILINGS["ball"]
    assert float(scores.spread) == pytest.approx(0.4 / truncated_std("ball"), rel=0.02)


@pytest.mark.parametrize("far", [9.0, math.nan])
def test_samples_far_from_every_mode_have_no_spread_and_an_infinite_divergence(far):
    data: Any = ring()
    scores = score_modes(torch.full((100, 2), far), data.modes, 0.01)
    assert int(scores.modes) == 0
    assert float(scores.high_quality) == 0
    assert math.isinf(scores.reverse_kl)
    assert math.isnan(scores.spread)


def test_unequal_modes_are_held_against_their_own_shares():
    data: Any = unbalanced()
    samples = data.sample(20_000, seeded())
    fair = score_modes(samples, data.modes, data.std, data.weights)
    unfair = score_modes(samples, data.modes, data.std)
    assert float(fair.reverse_kl) < 0.001
    assert float(unfair.reverse_kl) > 0.1


def test_ball_and_box_differ_in_the_corner_only():
    step = torch.tensor([[2.9, 0.0], [2.9, 2.9], [3.1, 0.0]])
    assert is_high_quality(step, 1.0, "ball").tolist() == [True, False, False]
    assert is_high_quality(step, 1.0, "box").tolist() == [True, True, False]


def test_truncated_spread_is_that_of_truncated_samples():
    x = torch.randn(400_000, 2, generator=seeded())
    for rule in ("ball", "box"):
        kept = x[is_high_quality(x, 1.0, rule)]
        assert float(kept.std()) == pytest.approx(truncated_std(rule), rel=3e-3)


def test_members_are_scored_apart():
    data: Any = grid()
    samples = data.sample(2500, [seeded(0), seeded(1)])
    samples[1, :1250] = 100.0
    both = score_modes(samples, data.modes, data.std)
    for k in range(2):
        alone = score_modes(samples[k], data.modes, data.std)
        for field in ("modes", "high_quality", "reverse_kl", "reverse_kl_all", "spread", "nearest"):
            torch.testing.assert_close(getattr(both, field)[k], getattr(alone, field))


def test_the_nearest_mode_is_found_to_the_last_digit():
    modes = torch.tensor([[100.0, 0.0], [100.001, 0.0]])
    nearest, _ = assign(torch.tensor([[100.0004, 0.0], [100.0007, 0.0]]), modes)
    assert nearest.tolist() == [0, 1]


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=30))
def test_reverse_kl_is_never_negative_and_at_most_log_k(counts):
    value = float(reverse_kl(torch.tensor(counts)))
    if sum(counts):
        assert 0 <= value <= math.log(len(counts)) + 1e-9
    else:
        assert math.isinf(value)
