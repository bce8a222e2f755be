"""Every method makes a run that can be trained, from the same start as all others."""

import math

import pytest
import torch

from ganlab.bench.methods import PROTOCOL, method_config, names, plain
from ganlab.catalogue.methods import METHODS, PLAIN, ROWS
from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.training.loop import Training


@pytest.mark.parametrize("data", PROTOCOL)
@pytest.mark.parametrize("name", ROWS)
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


@pytest.mark.parametrize("name", ROWS)
def test_methods_that_leave_the_networks_alone_start_from_the_same_generator(name):
    config, base = method_config(name), plain()
    if any(path.startswith(("network.g", "z_dim")) for path in base.difference(config)):
        pytest.skip("it brings a generator of its own")
    mine, theirs = (Training(one, device="cpu").state.g_weights for one in (config, base))
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_a_list_of_methods_is_read_with_plain_first_and_each_once():
    assert names("pacgan2, plain,pacgan2") == (PLAIN, "pacgan2")
    assert names() == tuple(METHODS)
    assert names("", ROWS) == tuple(ROWS)
    with pytest.raises(ConfigError, match=r"method must be one of plain, .*got 'pac'"):
        names("plain,pac")
    with pytest.raises(ConfigError, match="data must be one of ring, grid, got 'sine'"):
        plain("sine")
    with pytest.raises(ConfigError, match="method must be one of"):
        method_config("nothing")
