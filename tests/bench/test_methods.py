"""Every method makes a run that can be trained, from the same start as all others."""

import math

import pytest
import torch

from ganlab.bench.methods import (
    PLAIN,
    PROTOCOL,
    apply,
    method_config,
    names,
    plain,
    training_methods,
)
from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Method, find, table
from ganlab.training.loop import Training


@pytest.mark.parametrize("data", PROTOCOL)
@pytest.mark.parametrize("name", table(Method))
def test_every_method_makes_a_valid_run_and_takes_finite_steps(name, data):
    config = method_config(name, data, steps=2)
    assert RunConfig.from_json(config.to_json()) == config
    training = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}])
    tick = training.advance(2)
    assert tick.end == "finished"
    assert tick.lost == ()
    assert all(math.isfinite(value) for value in tick.scalars.values())
    for weights in (*training.state.g_weights, *training.state.d_weights):
        assert weights.isfinite().all()


@pytest.mark.parametrize("name", table(Method))
def test_methods_that_leave_the_networks_alone_start_from_the_same_generator(name):
    config, base = method_config(name), plain()
    if any(path.startswith(("network.g", "z_dim")) for path in base.difference(config)):
        pytest.skip("it brings a generator of its own")
    mine, theirs = (Training(one, device="cpu").state.g_weights for one in (config, base))
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_a_list_of_methods_is_read_with_plain_first_and_each_once():
    assert names("pacgan2, plain,pacgan2") == (PLAIN, "pacgan2")
    assert names() == tuple(training_methods())
    assert names("", table(Method)) == tuple(table(Method))
    with pytest.raises(ConfigError, match=r"method must be one of plain, .*got 'pac'"):
        names("plain,pac")
    with pytest.raises(ConfigError, match="data must be one of ring, grid, got 'sine'"):
        plain("sine")
    with pytest.raises(ConfigError, match="method must be one of"):
        method_config("nothing")


def test_plain_comes_first_and_changes_nothing():
    assert next(iter(table(Method))) == PLAIN
    config = RunConfig(data=Choice("ring"), network=Choice("mlp"), z_dim=2)
    assert apply(PLAIN, config) == config


@pytest.mark.parametrize("name", [name for name in table(Method) if name != PLAIN])
def test_each_method_changes_something_else_than_every_other(name):
    mine = find(Method, name)
    assert mine.values_on("ring")
    for key, other in table(Method).items():
        if key != name:
            same = mine.values_on("ring") == other.values_on("ring")
            assert not same or mine.truncation != other.truncation


def test_in_a_race_a_method_keeps_neither_its_budget_nor_its_seed():
    own = Method("own", thing=lambda data: {"steps": 5, "seconds": 1.0, "seed": 3, "batch": 8})
    assert own.values_on("ring")["steps"] == 5
    assert own.racing_on("ring") == {"batch": 8}
    assert find(Method, "r1-r2").racing_on("grid")["penalties.r1-r2.gamma"] == 0.1
