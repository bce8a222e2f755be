"""Learning rates against closed forms, and optimisers against what their configuration says."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ganlab.config import OptimizerConfig
from ganlab.training.optimizers import build_optimizer, learning_rate


@given(st.integers(0, 2000), st.floats(0, 1))
def test_a_cosine_and_a_line_fall_from_the_rate_to_its_floor(step, floor):
    share = min(step / 1000, 1)
    cosine = OptimizerConfig(lr=0.1, decay="cosine", floor=floor)
    line = OptimizerConfig(lr=0.1, decay="linear", floor=floor)
    low = 0.1 * floor
    half = (1 + math.cos(math.pi * share)) / 2
    assert learning_rate(cosine, share) == pytest.approx(low + (0.1 - low) * half, abs=1e-12)
    assert learning_rate(line, share) == pytest.approx(low + (0.1 - low) * (1 - share))
    assert learning_rate(OptimizerConfig(lr=0.1, floor=floor), share) == 0.1


@pytest.mark.parametrize(
    ("config", "kind", "group"),
    [
        (OptimizerConfig(), torch.optim.Adam, {"lr": 2e-4, "betas": (0.5, 0.999), "eps": 1e-8}),
        (OptimizerConfig("sgd", 0.1, 0.9), torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (
            OptimizerConfig("rmsprop", 0.1, beta2=0.9, epsilon=1e-5),
            torch.optim.RMSprop,
            {"lr": 0.1, "alpha": 0.9, "eps": 1e-5, "momentum": 0},
        ),
    ],
)
def test_each_name_is_torchs_optimizer_with_the_values_given(config, kind, group):
    optimizer = build_optimizer(nn.Linear(2, 2).parameters(), config)
    assert isinstance(optimizer, kind)
    assert {name: optimizer.param_groups[0][name] for name in group} == group
