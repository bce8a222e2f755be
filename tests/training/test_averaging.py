"""The averaged G against the recursion in NumPy's float64."""

import copy

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ganlab.training.averaging import average_towards


@given(st.floats(0, 0.9999), st.lists(st.floats(-10, 10), min_size=1, max_size=30))
def test_the_average_follows_its_recursion(decay, path):
    current = nn.Linear(1, 1)
    mean = copy.deepcopy(current)
    wanted = mean.weight.item()
    for t, value in enumerate(path, start=1):
        with torch.no_grad():
            current.weight.fill_(value)
        average_towards(mean, current, decay, t)
        d = min(decay, (1 + t) / (10 + t))
        wanted = d * wanted + (1 - d) * value
    assert abs(mean.weight.item() - wanted) < 1e-4


def test_a_constant_decay_has_the_geometric_closed_form():
    current, mean = nn.Linear(2, 2), nn.Linear(2, 2)
    start, goal = mean.weight.detach().clone(), current.weight.detach()
    for _ in range(50):
        average_towards(mean, current, 0.9, step=1_000_000)
    torch.testing.assert_close(mean.weight, goal + 0.9**50 * (start - goal))


def test_statistics_are_averaged_too_and_counters_left():
    current, mean = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    current(torch.from_numpy(np.random.default_rng(0).normal(2, 3, (64, 3)).astype("float32")))
    average_towards(mean, current, 0.5, step=10**6)
    torch.testing.assert_close(mean.running_mean, current.running_mean / 2)
    torch.testing.assert_close(mean.running_var, (1 + current.running_var) / 2)
    assert mean.num_batches_tracked == 0
