"""Every remedy explains itself, and its table loads no torch."""

import subprocess
import sys
from dataclasses import replace

import pytest

from ganlab.catalogue.remedies import PLAIN, REMEDIES, ROWS
from ganlab.config import Choice, RunConfig


@pytest.mark.parametrize("name", ROWS)
def test_a_card_has_two_sentences_a_formula_a_paper_and_says_when_it_fails(name):
    remedy = ROWS[name]
    assert remedy.title
    assert remedy.idea.endswith(".")
    assert remedy.idea.count(". ") == 1
    assert remedy.fails.endswith(".")
    assert remedy.formula
    assert remedy.paper.startswith(f"{remedy.authors} ({remedy.year}). ")
    assert 2013 < remedy.year < 2027


def test_plain_comes_first_and_changes_nothing():
    assert next(iter(REMEDIES)) == PLAIN
    config = RunConfig(data=Choice("ring"), network=Choice("mlp"), z_dim=2)
    assert config.with_values(REMEDIES[PLAIN].values_on("ring")) == config


@pytest.mark.parametrize("name", [name for name in ROWS if name != PLAIN])
def test_each_remedy_changes_something_else_than_every_other(name):
    mine = ROWS[name]
    assert mine.values_on("ring")
    for key, other in ROWS.items():
        if key != name:
            same = mine.values_on("ring") == other.values_on("ring")
            assert not same or mine.truncation != other.truncation


def test_the_table_loads_no_torch():
    code = "import sys, ganlab.catalogue.remedies; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_in_a_race_a_remedy_keeps_neither_its_budget_nor_its_seed():
    values = {"steps": 5, "seconds": 1.0, "seed": 3, "batch": 8}
    own = replace(REMEDIES["plain"], values=values, on={"grid": {"steps": 7, "ema": 0.9}})
    assert own.racing_on("ring") == {"batch": 8}
    assert own.racing_on("grid") == {"batch": 8, "ema": 0.9}
