"""What is said of a GAN on points: exact samples pass, collapsed ones are named."""

import math
from typing import Any

import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.data.points import grid, ring, sine
from ganlab.evaluation.diagnosis import diagnose
from ganlab.evaluation.evidence import Evidence
from ganlab.metrics.point_scores import bounds, score_points
from ganlab.registry import Data, table
from ganlab.training.loop import Training


def exact(data, n=2500, seed=0):
    return data.sample(n, [torch.Generator().manual_seed(seed)])


def state(scores):
    return diagnose(Evidence.of({}, None, scores, step=5_000)).state


@pytest.mark.parametrize("data", [ring(), grid()], ids=["ring", "grid"])
def test_exact_samples_reach_every_bound(data):
    (scores,) = score_points(exact(data), data)
    limits = bounds(data)
    assert scores["modes"] == scores["modes_of"] == len(data.modes)
    assert scores["high_quality"] == pytest.approx(limits["high_quality_ceiling"], abs=0.007)
    assert scores["high_quality_box"] == pytest.approx(
        limits["high_quality_box_ceiling"], abs=0.006
    )
    assert scores["reverse_kl"] < 2.5 * limits["reverse_kl_floor"]
    assert scores["js"] < 1.3 * limits["js_high_luck"]
    assert state(scores).name == "healthy"


def test_exact_samples_cover_the_sine():
    (scores,) = score_points(exact(sine()), sine())
    assert scores["on_curve"] == 1.0
    assert scores["covered"] == scores["covered_of"] == 20
    assert state(scores).name == "healthy"


def test_a_collapse_is_told_with_its_count_and_a_method():
    data: Any = ring(std=0.05)
    samples = data.modes[:3].repeat(900, 1)[None] + 0.05 * torch.randn(1, 2700, 2)
    (scores,) = score_points(samples, data)
    finding = state(scores)
    assert (finding.kind, finding.name) == ("bad", "mode-collapse")
    assert "G covers 3 of 8 modes" in finding.sentence
    assert finding.advice
    assert scores["js"] > 0.2


def test_a_collapse_within_modes_is_told():
    (scores,) = score_points(exact(ring(std=0.01)), ring(std=0.05))
    assert state(scores).name == "narrow-modes"


def test_rare_modes_are_told():
    data: Any = ring()
    rare = data.modes[[0] * 2493 + list(range(1, 8))][None]
    (scores,) = score_points(rare, data)
    assert state(scores).name == "mode-collapse"
    assert "G puts most samples into few of 8 modes" in state(scores).sentence


def test_half_a_curve_is_told():
    samples = exact(sine(), 8000)
    samples = samples[:, samples[0, :, 0] < math.pi]
    (scores,) = score_points(samples, sine())
    assert scores["covered"] == 10
    assert state(scores).name == "mode-collapse"


@pytest.mark.parametrize("name", [k for k, v in table(Data).items() if v.space == "points"])
def test_a_run_on_any_points_is_scored_member_by_member(name):
    values = {"points": "0,0;1,1;2,0"} if name == "drawing" else {}
    config = RunConfig(
        data=Choice(name, values),
        network=Choice("mlp", {"g_width": 8, "d_width": 8}),
        z_dim=2,
        batch=16,
        steps=2,
    )
    training = Training(config, device="cpu", variants=[{}, {"seed": 1}])
    training.advance()
    both = training.ensemble.measure()
    assert len(both) == 2
    assert all(0 < scores["js"] <= math.log(2) for scores in both)
    assert training.ensemble.measure() == both or any(math.isnan(v) for v in both[0].values())
