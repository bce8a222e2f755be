"""Knobs that are turned while a run trains: when, which not, and what becomes of the moments."""

import math

import numpy as np
import pytest
import torch

from ganlab.errors import ConfigError
from ganlab.training.tick import Intervention
from tests.training.paces import EVERY_STEP, ONE_TICK


def test_scripted_knobs_turn_at_their_step_exactly(tiny, training_of):
    script = [
        Intervention(4, "d_optimizer.lr", None, 0.5),
        Intervention(2, "loss", None, "hinge"),
        Intervention(4, "d_steps", None, 2),
    ]
    for pace in (EVERY_STEP, ONE_TICK):
        training = training_of(tiny.with_values({"steps": 6}), pace=pace, script=script)
        seen = [(one.step, one.name, one.old, one.new) for t in training for one in t.interventions]
        assert seen == [
            (2, "loss", "non-saturating", "hinge"),
            (4, "d_optimizer.lr", 2e-4, 0.5),
            (4, "d_steps", 1, 2),
        ]


def test_a_script_gives_the_same_weights_at_any_pace(tiny, training_of, weights, same):
    script = [Intervention(3, "g_optimizer.lr", None, 0.01)]
    config, results = tiny.with_values({"steps": 6}), []
    for pace in (EVERY_STEP, ONE_TICK):
        training = training_of(config, pace=pace, script=script)
        list(training)
        results.append(weights(training.state))
    by_hand = training_of(config)
    by_hand.advance(3)
    by_hand.set_live("g_optimizer.lr", 0.01)
    by_hand.advance(3)
    in_one = training_of(config, script=script)
    in_one.advance(6)
    results += [weights(by_hand.state), weights(in_one.state)]
    assert all(same(results[0], other) for other in results[1:])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("batch", 4, "batch cannot be turned while a run trains"),
        ("seed", 4, "seed cannot be turned"),
        ("network", "vanilla", "network cannot be turned"),
        ("network.width", 8, "network.width cannot be turned"),
        ("z_dim", 4, "z_dim cannot be turned"),
        ("precision", "bfloat16", "precision cannot be turned"),
        ("d_optimizer.lr", "fast", "lr must be a number, got 'fast'"),
        ("d_optimizer.lr", 11, "lr must be between 0 and 10, got 11"),
        ("loss", "hing", "loss must be one of"),
        ("learning_rate", 1, "no setting 'learning_rate'"),
    ],
)
def test_what_cannot_be_turned_is_refused_and_changes_nothing(
    tiny, training_of, name, value, sentence
):
    training = training_of(tiny)
    with pytest.raises(ConfigError, match=sentence):
        training.set_live(name, value)
    assert training.config == tiny
    assert training.advance(1).interventions == ()


@pytest.mark.parametrize(
    ("optimizer", "setting", "entry"), [("sgd", "beta1", "momentum"), ("rmsprop", "beta2", "alpha")]
)
def test_a_turned_moment_reaches_every_optimizer(tiny, training_of, optimizer, setting, entry):
    training = training_of(tiny.with_values({"g_optimizer": optimizer}))
    training.advance(1)
    training.set_live(f"g_optimizer.{setting}", 0.25)
    training.advance(1)
    assert training.state.g_optimizer.param_groups[0][entry] == 0.25


def test_another_optimizer_takes_over_with_fresh_moments(tiny, training_of):
    training = training_of(tiny)
    training.advance(2)
    training.set_live("d_optimizer", "rmsprop")
    tick = training.advance(2)
    assert type(training.state.d_optimizer) is torch.optim.RMSprop
    assert [one.new for one in tick.interventions] == ["rmsprop"]
    assert math.isfinite(tick.scalars["d_loss"])


def test_averaging_that_is_turned_on_starts_at_the_present_g(tiny, training_of):
    training = training_of(tiny.with_values({"ema": 0, "g_optimizer.lr": 0.01}))
    training.advance(5)
    present = training.snapshot().arrays["fake"]
    training.set_live("ema", 0.99)
    np.testing.assert_array_equal(training.snapshot().arrays["fake"], present)
