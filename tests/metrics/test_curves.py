"""Distance to a curve and how much of it is reached."""

import math

import pytest
import torch

from ganlab.data.points import sine
from ganlab.metrics.curves import coverage, nearest_node, on_curve

NODES = sine().nodes
WITHIN = 0.1


def test_exact_samples_lie_on_the_sine_and_reach_all_of_it():
    samples = sine().sample(2500, torch.Generator().manual_seed(0))
    assert nearest_node(samples, NODES)[0].max() < 3e-3
    assert float(on_curve(samples, NODES, WITHIN)) == 1.0
    assert int(coverage(samples, NODES, WITHIN)) == 20


def test_distance_is_across_the_curve_and_not_straight_up():
    """Where the sine has slope 1 a point 0.14 above it is 0.1 away."""
    sample = torch.tensor([[0.0, 0.14]])
    assert float(nearest_node(sample, NODES)[0]) == pytest.approx(0.14 / math.sqrt(2), abs=2e-3)


def test_half_a_curve_is_half_covered():
    samples = sine().sample(2500, torch.Generator().manual_seed(0))
    samples = samples[samples[:, 0] < math.pi]
    assert int(coverage(samples, NODES, WITHIN)) == 10


def test_samples_off_the_curve_cover_nothing():
    samples = sine().sample(2500, torch.Generator().manual_seed(0)) + torch.tensor([0.0, 3.0])
    assert float(on_curve(samples, NODES, WITHIN)) == 0.0
    assert int(coverage(samples, NODES, WITHIN)) == 0


def test_members_are_measured_apart():
    g = [torch.Generator().manual_seed(s) for s in (0, 1)]
    samples = sine().sample(500, g)
    samples[1, :, 1] += 3.0
    assert on_curve(samples, NODES, WITHIN).tolist() == [1.0, 0.0]
    assert coverage(samples, NODES, WITHIN).tolist() == [20, 0]
