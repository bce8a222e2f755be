"""The loop: budgets, luck and what it does when a run goes wrong."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from ganlab import registry
from ganlab.errors import ConfigError
from ganlab.presets import preset
from ganlab.registry import Strategy, find
from ganlab.training import loop
from ganlab.training.loop import Pace, Training, train
from tests.training.paces import EVERY_STEP, ONE_TICK


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by 10 ms whenever the loop looks at it."""
    ticks = itertools.count()
    monkeypatch.setattr(loop.time, "perf_counter", lambda: next(ticks) * 0.01)


def poison(net):
    with torch.no_grad():
        next(net.parameters()).view(-1)[0] = math.nan


# --- budgets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", [EVERY_STEP, ONE_TICK])
def test_a_run_makes_exactly_its_steps(tiny, training_of, pace):
    ticks = list(training_of(tiny.with_values({"steps": 5}), pace=pace))
    assert ticks[-1].step == 5
    assert [tick.end for tick in ticks] == [""] * (len(ticks) - 1) + ["finished"]
    assert len(ticks) == (5 if pace is EVERY_STEP else 1)
    assert ticks[-1].snapshot is not None
    assert all(math.isfinite(x) for tick in ticks for x in tick.scalars.values())


@pytest.mark.usefixtures("clock")
def test_a_run_ends_when_its_seconds_are_spent(tiny, training_of):
    ticks = list(training_of(tiny.with_values({"seconds": 0.5, "steps": 10**6}), pace=Pace(0.05)))
    assert ticks[-1].end == "finished"
    assert ticks[-2].seconds < 0.5 <= ticks[-1].seconds < 0.6
    assert ticks[-1].step < 100


def test_a_finished_run_taken_up_again_ends_at_once(tiny, training_of):
    training = training_of(tiny.with_values({"steps": 2}), pace=ONE_TICK)
    list(training)
    again = list(Training(training.config, state=training.state))
    assert [(tick.step, tick.end) for tick in again] == [(2, "finished")]


def test_train_yields_from_a_configuration_alone(tiny):
    ticks = list(train(tiny.with_values({"steps": 2}), device="cpu", pace=EVERY_STEP))
    assert [tick.step for tick in ticks] == [1, 2]


def test_train_takes_a_preset_by_its_name_and_refuses_what_is_none():
    first = next(train("ring", device="cpu", pace=EVERY_STEP))
    wanted = next(train(preset("ring"), device="cpu", pace=EVERY_STEP))
    assert first.scalars == wanted.scalars
    with pytest.raises(ConfigError, match=r"preset must be one of .*, got 'cats'"):
        train("cats")
    with pytest.raises(ConfigError, match="a run needs a RunConfig or a preset's name, got 5"):
        train(5)  # type: ignore[arg-type]


def test_a_tick_averages_over_its_steps(tiny, training_of):
    config = tiny.with_values({"steps": 6})
    single = [tick.scalars for tick in training_of(config, pace=EVERY_STEP)]
    (whole,) = [tick.scalars for tick in training_of(config, pace=ONE_TICK)]
    for name, mean in whole.items():
        assert mean == pytest.approx(np.mean([one[name] for one in single]), rel=1e-5)


def test_a_tick_of_many_steps_ends_with_the_budget(tiny, training_of):
    training = training_of(tiny.with_values({"steps": 5}))
    assert training.advance(3).step == 3
    assert training.advance(10).step == 5
    assert training.end


# --- who moves ------------------------------------------------------------------------------------


def test_steps_of_one_player_move_that_one_alone(tiny, training_of, weights):
    training = training_of(tiny)
    for who, other in (("D", "G"), ("G", "D")):
        before = weights(training.state)
        tick = training.advance(2, who=who)
        after = weights(training.state)
        names = [f"{n}.{k}" for n, net in (("G", training.state.G), ("D", training.state.D))
                 for k, _ in net.named_parameters()]  # fmt: skip
        moved = {n.split(".")[0] for n in names if not torch.equal(after[n], before[n])}
        assert moved == {who}
        assert math.isnan(tick.scalars[f"{other.lower()}_loss"])
        assert math.isfinite(tick.scalars[f"{who.lower()}_loss"])
    assert training.state.step == 4


def test_d_alone_moves_while_it_warms_up(tiny, training_of):
    training = training_of(tiny.with_values({"d_warmup": 2, "steps": 3}), pace=EVERY_STEP)
    losses = [tick.scalars["g_loss"] for tick in training]
    assert [math.isnan(x) for x in losses] == [True, True, False]
    assert training.state.g_steps == 1


# --- luck -----------------------------------------------------------------------------------------


def test_the_callers_luck_is_untouched_and_does_not_matter(tiny, training_of, weights, same):
    config = tiny.with_values({"network": "vanilla", "steps": 3})  # it drops units at random
    results = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        training = training_of(config, pace=EVERY_STEP)
        for _ in training:
            torch.rand(5)  # the caller draws between ticks
        results.append(weights(training.state))
        after = torch.rand(1)
        torch.manual_seed(seed)
        torch.rand(15)
        assert torch.equal(torch.rand(1), after)
    assert same(*results)


def test_the_pace_changes_nothing_that_is_computed(tiny, training_of, weights, same):
    config, results = tiny.with_values({"steps": 6, "network.width": 4}), []
    for pace in (EVERY_STEP, ONE_TICK, Pace(tick=0.0, snapshot=1e9, rollback=0.0)):
        training = training_of(config, pace=pace)
        list(training)
        results.append(weights(training.state))
    assert all(same(results[0], other) for other in results[1:])


def test_the_same_seed_gives_the_same_run_and_another_another(tiny, training_of, weights, same):
    results = []
    for seed in (0, 0, 1):
        training = training_of(tiny.with_values({"seed": seed, "steps": 3}))
        list(training)
        results.append(weights(training.state))
    assert same(results[0], results[1])
    assert not any(
        torch.equal(results[0][n], results[2][n]) for n in results[0] if n.endswith("dense.weight")
    )


@pytest.mark.parametrize("ema", [0, 0.9])
def test_a_snapshot_shows_the_fixed_z_and_changes_nothing(tiny, training_of, weights, same, ema):
    training = training_of(tiny.with_values({"ema": ema}))
    training.advance(2)
    state = training.state
    before, streams = weights(state), {k: v.clone() for k, v in state.streams.state().items()}
    caller, training_mode = torch.get_rng_state(), state.G.training
    first, second = training.snapshot(), training.snapshot()
    assert first.step == 2
    assert first.arrays["fake"].shape == (64, 1, 28, 28)
    assert first.arrays["fake"].dtype == np.uint8
    np.testing.assert_array_equal(first.arrays["fake"], second.arrays["fake"])
    assert same(weights(state), before)
    assert same(state.streams.state(), streams)
    assert torch.equal(torch.get_rng_state(), caller)
    assert state.G.training == training_mode


# --- when it goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("player", ["G", "D"])
@pytest.mark.parametrize("pace", [EVERY_STEP, ONE_TICK])
def test_a_run_that_is_not_finite_ends_in_words_with_the_last_good_weights(
    tiny, training_of, weights, same, player, pace
):
    training = training_of(tiny.with_values({"steps": 6}), pace=Pace(0.0, 0.0, rollback=0.0))
    training.advance(2)
    good = weights(training.state)
    training.pace = pace
    poison(getattr(training.state, player))
    tick = training.advance(2)
    assert (tick.end, training.end) == ("diverged", "diverged")
    assert "not finite" in tick.words
    assert "step 2 are kept" in tick.words
    assert same(weights(training.state), good)
    assert tick.snapshot is not None


def test_a_run_whose_very_last_move_breaks_it_has_diverged_too(tiny, training_of, monkeypatch):
    training = training_of(tiny.with_values({"steps": 3}), pace=ONE_TICK)
    moves = find(Strategy, "alternating").load()

    def breaking(state):
        report = moves(state)
        if state.step == 2:
            poison(state.G)
        return report

    record = replace(find(Strategy, "alternating"), thing=breaking)
    monkeypatch.setitem(registry._records["strategy"], "alternating", record)
    (tick,) = training
    assert tick.end == "diverged"
    assert all(torch.isfinite(w).all() for w in training.state.G.state_dict().values())


def test_a_diverged_run_can_go_on_with_a_smaller_learning_rate(tiny, training_of):
    training = training_of(tiny, pace=EVERY_STEP)
    training.advance(2)
    poison(training.state.D)
    assert training.advance(1).end == "diverged"
    again = Training(training.config, state=training.state)
    again.set_live("d_optimizer.lr", 1e-5)
    tick = again.advance(2)
    assert tick.end == ""
    assert all(math.isfinite(x) for x in tick.scalars.values())
