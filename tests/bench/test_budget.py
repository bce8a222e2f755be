"""Presets at an equal budget: the budget holds, rates fall along it, the best comes first."""

import itertools

import pytest

from ganlab.bench.budget import Trained, as_lines, compare, distance, trained
from ganlab.errors import ConfigError
from ganlab.presets import preset

SMALL = preset("digits").with_values({"network.width": 4, "batch": 4})


def test_a_preset_trains_until_its_seconds_of_the_clock_are_spent():
    ticks = itertools.count()
    state, row = trained("digits", SMALL, 5.0, clock=lambda: float(next(ticks)))
    assert (row.seconds, row.end) == (5.0, "finished")  # a second for each tick
    assert row.steps == state.step > 0
    assert state.progress == 1.0


def test_a_run_that_has_made_all_its_steps_ends_before_its_budget():
    _, row = trained("digits", SMALL.with_values({"steps": 3}), 1e6)
    assert (row.steps, row.end) == (3, "finished")
    assert row.seconds < 1e6


def test_what_the_classifier_cannot_read_is_refused():
    with pytest.raises(ConfigError, match=r"dcgan-cifar10 learns cifar10.*digits: choose"):
        trained("dcgan-cifar10", preset("dcgan-cifar10"), 1.0)


@pytest.mark.parametrize(
    ("name", "n", "sentence"),
    [("ring", 100, "ring learns ring"), ("digits", 0, "n must be between 100 and 100000, got 0")],
)
def test_what_cannot_be_judged_is_refused_before_anything_trains(name, n, sentence, monkeypatch):
    monkeypatch.setattr("ganlab.bench.budget.Training", None)
    with pytest.raises(ConfigError, match=sentence):
        compare({"small": SMALL, name: preset(name)}, 1.0, n)


def test_rows_are_judged_and_the_best_comes_first():
    results = []
    some = {name: SMALL.with_values({"steps": steps}) for name, steps in (("a", 1), ("b", 2))}
    rows = compare(some, 1e6, n=100, on_result=results.append)
    assert [row.name for row in results] == ["a", "b"]
    assert sorted(rows, key=distance) == rows
    assert {row.scores["n"] for row in rows} == {100}
    lines = as_lines(rows, 60)
    assert lines[1].split()[0] == rows[0].name
    assert "N = 100" in lines[-1]
    assert "60 CPU seconds each" in lines[-1]


def test_a_diverged_run_comes_last_whatever_its_weights_score():
    good = Trained("slow", 9, 1.0, "finished", {"frechet": 80.0})
    assert distance(Trained("lost", 9, 1.0, "diverged", {"frechet": 3.0})) > distance(good)
