"""Every method explains itself, and its table loads no torch."""

from dataclasses import replace

import pytest

from ganlab.catalogue.methods import METHODS, PLAIN, ROWS
from ganlab.config import Choice, RunConfig


def test_plain_comes_first_and_changes_nothing():
    assert next(iter(METHODS)) == PLAIN
    config = RunConfig(data=Choice("ring"), network=Choice("mlp"), z_dim=2)
    assert config.with_values(METHODS[PLAIN].values_on("ring")) == config


@pytest.mark.parametrize("name", [name for name in ROWS if name != PLAIN])
def test_each_method_changes_something_else_than_every_other(name):
    mine = ROWS[name]
    assert mine.values_on("ring")
    for key, other in ROWS.items():
        if key != name:
            same = mine.values_on("ring") == other.values_on("ring")
            assert not same or mine.truncation != other.truncation


def test_in_a_race_a_method_keeps_neither_its_budget_nor_its_seed():
    values = {"steps": 5, "seconds": 1.0, "seed": 3, "batch": 8}
    own = replace(METHODS["plain"], values=values, on={"grid": {"steps": 7, "ema": 0.9}})
    assert own.racing_on("ring") == {"batch": 8}
    assert own.racing_on("grid") == {"batch": 8, "ema": 0.9}
