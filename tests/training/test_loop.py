"""The loop: budgets, knobs, luck and what it does when a run goes wrong."""

import itertools
import math

import numpy as np
import pytest
import torch

from ganlab.errors import ConfigError, DeviceError
from ganlab.training import loop
from ganlab.training.loop import Pace, Training, train
from ganlab.training.tick import Intervention

EVERY_STEP = Pace(tick=0.0, snapshot=0.0, refuge=0.0)
ONE_TICK = Pace(tick=1e9, snapshot=1e9, refuge=1e9)


@pytest.fixture
def training_of(state_of):
    """Builds a Training of a configuration on the CPU."""

    def build(config, **options):
        return Training(config, state=state_of(config), **options)

    return build


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


def test_a_device_that_is_not_there_is_refused(tiny):
    with pytest.raises(DeviceError, match=r"device must be one of auto, cpu, .*, got 'tpu'"):
        Training(tiny, device="tpu")


def test_a_tick_averages_over_its_steps(tiny, training_of):
    config = tiny.with_values({"steps": 6})
    single = [tick.scalars for tick in training_of(config, pace=EVERY_STEP)]
    (whole,) = [tick.scalars for tick in training_of(config, pace=ONE_TICK)]
    for name, mean in whole.items():
        assert mean == pytest.approx(np.mean([one[name] for one in single]), rel=1e-5)


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


# --- knobs ----------------------------------------------------------------------------------------


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
    by_hand.turn("g_optimizer.lr", 0.01)
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
        training.turn(name, value)
    assert training.config == tiny
    assert training.advance(1).interventions == ()


@pytest.mark.parametrize(
    ("optimizer", "setting", "entry"), [("sgd", "beta1", "momentum"), ("rmsprop", "beta2", "alpha")]
)
def test_a_turned_moment_reaches_every_optimizer(tiny, training_of, optimizer, setting, entry):
    training = training_of(tiny.with_values({"g_optimizer": optimizer}))
    training.advance(1)
    training.turn(f"g_optimizer.{setting}", 0.25)
    training.advance(1)
    assert training.state.g_optimizer.param_groups[0][entry] == 0.25


def test_another_optimizer_takes_over_with_fresh_moments(tiny, training_of):
    training = training_of(tiny)
    training.advance(2)
    training.turn("d_optimizer", "rmsprop")
    tick = training.advance(2)
    assert type(training.state.d_optimizer) is torch.optim.RMSprop
    assert [one.new for one in tick.interventions] == ["rmsprop"]
    assert math.isfinite(tick.scalars["d_loss"])


def test_averaging_that_is_turned_on_starts_at_the_present_g(tiny, training_of):
    training = training_of(tiny.with_values({"ema": 0, "g_optimizer.lr": 0.01}))
    training.advance(5)
    present = training.snapshot().arrays["fake"]
    training.turn("ema", 0.99)
    np.testing.assert_array_equal(training.snapshot().arrays["fake"], present)


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
    for pace in (EVERY_STEP, ONE_TICK, Pace(tick=0.0, snapshot=1e9, refuge=0.0)):
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
    training = training_of(tiny.with_values({"steps": 6}), pace=Pace(0.0, 0.0, refuge=0.0))
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


def test_a_learning_rate_far_too_large_ends_as_diverged_with_finite_weights(tiny, training_of):
    wild = {"loss": "wasserstein", "d_optimizer.lr": 10, "g_optimizer.lr": 10, "steps": 500}
    wild |= {"d_optimizer": "sgd", "g_optimizer": "sgd"}
    training = training_of(tiny.with_values(wild), pace=EVERY_STEP)
    last = list(training)[-1]
    assert last.end == "diverged"
    assert all(torch.isfinite(w).all() for w in training.state.G_mean.state_dict().values())
    assert all(torch.isfinite(w).all() for w in training.state.D.parameters())


def test_a_run_whose_very_last_move_breaks_it_has_diverged_too(tiny, training_of, monkeypatch):
    training = training_of(tiny.with_values({"steps": 3}), pace=ONE_TICK)
    moves = loop.STRATEGIES["alternating"].load()

    def breaking(state):
        report = moves(state)
        if state.step == 2:
            poison(state.G)
        return report

    monkeypatch.setattr("ganlab.training.strategies.alternating", breaking)
    (tick,) = training
    assert tick.end == "diverged"
    assert all(torch.isfinite(w).all() for w in training.state.G.state_dict().values())


def test_a_diverged_run_can_go_on_with_a_smaller_learning_rate(tiny, training_of):
    training = training_of(tiny, pace=EVERY_STEP)
    training.advance(2)
    poison(training.state.D)
    assert training.advance(1).end == "diverged"
    again = Training(training.config, state=training.state)
    again.turn("d_optimizer.lr", 1e-5)
    tick = again.advance(2)
    assert tick.end == ""
    assert all(math.isfinite(x) for x in tick.scalars.values())
