"""Glances while a run trains: they cost little, change nothing, and reach the end of the run."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from ganlab.evaluation.classifier import load_classifier
from ganlab.jobs import logger, quick_evaluation
from ganlab.jobs.quick_evaluation import (
    SHARE,
    VARIETY_SECONDS,
    VARIETY_SHARE,
    LiveScores,
    QuickEvaluations,
)
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.training.checkpoint import load_tensors
from ganlab.training.state import task_of
from ganlab.training.tick import Snapshot, Tick


@pytest.fixture
def eager(monkeypatch):
    """Glances at once and then ever more seldom, whatever they cost."""
    monkeypatch.setattr(quick_evaluation, "SOONEST", 0.0)
    monkeypatch.setattr(quick_evaluation, "SHARE", 1e9)
    monkeypatch.setattr(quick_evaluation, "GROWTH", 0.5)
    whole = quick_evaluation.QuickEvaluation
    monkeypatch.setattr(quick_evaluation, "QuickEvaluation", lambda state: whole(state, 100))


# Dropout draws from torch's own stream, and so would the eyes when they are built.
@pytest.mark.slow
@pytest.mark.parametrize("network", ["fast28", "vanilla"])
def test_a_run_that_is_glanced_at_trains_as_one_that_is_not(store, tiny, network, request):
    config = tiny.with_values({"network": network, "steps": 40})
    plain, watched = store.create(config), store.create(config)
    work(plain, "cpu")
    request.getfixturevalue("eager")
    load_classifier.cache_clear()  # its building draws, too
    work(watched, "cpu")
    mine, theirs = (load_tensors(one.checkpoint)[0] for one in (watched, plain))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    small = [row for row in watched.qualities() if row["n"] == 100]
    assert len(small) >= 2
    assert small[-1]["step"] == 40
    assert [row["n"] for row in plain.qualities()] == [898]


@pytest.mark.slow
@pytest.mark.usefixtures("eager")
def test_a_run_goes_on_bit_exactly_from_a_checkpoint_between_glances(store, tiny):
    config = tiny.with_values({"steps": 400})
    whole, halves = store.create(config), store.create(config)
    work(whole, "cpu")

    asked = []

    def on_tick(tick, training):
        # A stop before the first glance leaves none; a second stop would give the last one up.
        if halves.qualities() and not asked:
            asked.append(halves.command("stop"))

    assert work(halves, "cpu", on_tick) == "stopped"
    stopped = halves.info().step
    assert work(halves, "cpu") == "finished"
    mine, theirs = (load_tensors(one.checkpoint)[0] for one in (halves, whole))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    steps = [row["step"] for row in halves.qualities() if row["n"] == 100]
    assert steps == sorted(set(steps))
    assert {stopped, 400} <= set(steps)
    assert 0 < stopped < 400


SEEN = {"frechet": 1.0}


class Clock:
    """Time that passes only when something is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


def glanced(
    monkeypatch, seconds: float, cost: float, found: dict[str, float]
) -> tuple[list[float], float]:
    """The training times at which a run of so many seconds is glanced at, and what they cost."""
    clock, at = Clock(), []
    config = preset("digits")
    state = quick_evaluation.State.__new__(quick_evaluation.State)
    state.members, state.task = (config,), task_of(config)
    state.source, state.step, state.seconds = range(1000), 0, 0.0

    class Look:
        def __init__(self, state) -> None:
            clock.now += 2 * cost / 3

        def __call__(self, state, report) -> dict:
            clock.now += cost / 3
            at.append(state.seconds)
            return found

    monkeypatch.setattr(quick_evaluation, "QuickEvaluation", Look)
    monkeypatch.setattr(quick_evaluation, "time", clock)
    monkeypatch.setattr(
        quick_evaluation, "seconds_a_picture", lambda state: cost / 3 / quick_evaluation.N
    )
    mine = QuickEvaluations()
    training: Any = SimpleNamespace(state=state)
    while state.seconds < seconds:
        state.step, state.seconds = state.step + 1, state.seconds + 0.1
        if mine.due(training):
            mine.take(state, lambda *told: None)
        assert clock.now <= SHARE * state.seconds + 1e-6
    return at, clock.now


@pytest.mark.parametrize("found", [SEEN, {}], ids=["seen", "too slow to be seen"])
@pytest.mark.parametrize("cost", [0.1, 1.0, 20.0])
def test_glances_never_cost_more_than_their_share_of_the_training(monkeypatch, cost, found):
    at, spent = glanced(monkeypatch, 2000.0, cost, found)
    assert len(at) >= 2
    assert spent <= SHARE * 2000.0
    assert min(b - a for a, b in pairwise(at)) >= quick_evaluation.SOONEST - 0.2


def test_a_run_too_short_to_pay_for_a_glance_has_none(monkeypatch):
    assert glanced(monkeypatch, 30.0, 1.0, SEEN) == ([], 0.0)


def test_a_run_of_days_has_some_hundreds(monkeypatch):
    at, _ = glanced(monkeypatch, 86_400.0, 0.1, SEEN)
    assert 300 < len(at) < 700


@pytest.mark.slow
@pytest.mark.usefixtures("eager")
def test_what_goes_wrong_in_a_glance_ends_the_glances_and_not_the_run(store, tiny, monkeypatch):
    tried = []

    def broken(state):
        tried.append(state.step)
        raise ValueError("odd")

    monkeypatch.setattr(quick_evaluation, "QuickEvaluation", broken)
    record = store.create(tiny.with_values({"steps": 40}))
    assert work(record, "cpu") == "finished"
    assert len(tried) == 1
    assert [row["step"] for row in record.qualities()] == [40]


@pytest.mark.parametrize("cost", [0.01, 0.2, 3.0])
def test_live_scores_take_a_small_share_of_the_time_and_come_once_a_second(monkeypatch, tiny, cost):
    clock, asked = Clock(), []

    class Costly:
        classes = 10

        def __init__(self, state):
            clock.now += cost

        def __call__(self, pictures, labels):
            asked.append(state.seconds)
            clock.now += cost
            return {"diversity": 0.5}

    monkeypatch.setattr(quick_evaluation, "LiveVariety", Costly)
    monkeypatch.setattr(quick_evaluation.time, "perf_counter", lambda: clock.now)
    count = SimpleNamespace(real_count=lambda source: 1_797)
    state: Any = SimpleNamespace(
        config=tiny, task=count, source=None, seconds=0.0, shown_labels=lambda n: None
    )
    training: Any = SimpleNamespace(state=state)
    scores = LiveScores()
    picture = Snapshot(0, {"fake": np.zeros((64, 1, 28, 28), np.uint8)})
    while state.seconds < 500:
        state.seconds += 0.25
        scores.of(Tick(1, state.seconds, {}, snapshot=picture), training)
        assert scores.of(Tick(1, state.seconds, {}), training) == {}
    assert min(later - sooner for sooner, later in pairwise(asked)) >= VARIETY_SECONDS
    assert clock.now <= VARIETY_SHARE * state.seconds
    assert len(asked) > 5
    if cost == 0.01:
        assert len(asked) > 400


@pytest.mark.slow
def test_a_collapse_is_seen_while_the_run_trains(store, tiny, monkeypatch):
    monkeypatch.setattr(quick_evaluation, "VARIETY_SECONDS", 0.0)
    monkeypatch.setattr(logger, "DIAGNOSIS_SECONDS", 0.0)
    # Rates at which G has no time to learn: all of its pictures stay alike.
    values = {"network": "vanilla", "steps": 260, "g_optimizer.lr": 1e-6, "d_optimizer.lr": 1e-6}
    record = store.create(tiny.with_values(values))
    seen = []

    def on_tick(tick, training):
        seen.extend(one["name"] for one in record.info().diagnosis[:1])

    work(record, "cpu", on_tick)
    assert "mode-collapse" in seen
    columns = record.columns()
    measured = columns["diversity"][np.isfinite(columns["diversity"])]
    assert len(measured) >= 2
    assert measured.max() < 0.35
