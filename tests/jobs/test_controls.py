"""A worker that is played with: commands given between its ticks, on a small run of points."""

import json
import time

import numpy as np

from ganlab.presets import preset
from tests.jobs.player import Player, config


def test_steps_are_taken_back_one_by_one_and_made_again_alike(store):
    with Player(store.create(config())) as run:
        run.ask("pause")
        pictures = {run.at(): run.fake()}
        for who in ("both", "D", "G", "both"):
            assert run.ask("step", who=who) == ""
            pictures[run.at()] = run.fake(run.at())
        steps = sorted(pictures)
        for step in reversed(steps[:-1]):
            assert run.ask("undo") == ""
            assert run.at() == step
            assert np.array_equal(run.fake(), pictures[step])
            assert run.record.columns()["step"].max(initial=0) <= step
        assert run.record.interventions() == []
        assert "no step to take back" in run.ask("undo")
        run.ask("step", who="both")
        assert np.array_equal(run.fake(), pictures[run.at()])


def test_undo_takes_back_the_knobs_turned_since(store):
    with Player(store.create(config())) as run:
        run.ask("pause")
        run.ask("turn", name="loss", value="hinge")
        run.ask("step")
        run.ask("turn", name="d_optimizer", value={"name": "sgd", "lr": 0.5})
        run.ask("step")
        run.ask("undo")
        assert run.record.config().d_optimizer.name == "sgd"
        run.ask("undo")
        assert run.record.config().d_optimizer.name == "adam"
        assert run.record.config().loss.name == "hinge"
        assert [one["name"] for one in run.record.interventions()] == ["loss"]


def test_undo_wants_a_pause(store):
    with Player(store.create(config())) as run:
        assert "pause" in run.ask("undo")


def test_a_reset_with_the_same_luck_begins_with_the_same_picture(store):
    with Player(store.create(config())) as run:
        run.until(lambda: run.at() > 20)
        run.ask("pause")
        first = run.fake(0)
        before = run.record.info().generation
        assert run.ask("restart", config=run.record.facts()["config"]) == ""
        assert (run.at(), run.record.sample_steps()) == (0, [0])
        assert np.array_equal(run.fake(0), first)
        assert run.record.info().generation > before
        other = config(seed=7).to_json()
        run.ask("restart", config=other)
        assert not np.array_equal(run.fake(0), first)
        assert run.record.config().seed == 7
        assert "state" in run.record.facts()
        assert run.record.info().state == "paused"


def test_speed_is_limited_and_let_go(store):
    with Player(store.create(config())) as run:
        assert run.ask("speed", rate=5) == ""
        first, began = run.at(), time.monotonic()
        run.until(lambda: run.at() >= first + 8)
        assert run.at() - first <= 5 * (time.monotonic() - began) + 2
        assert "must be" in run.ask("speed", rate=-3)
        run.ask("speed", rate=0)
        slow = run.at()
        run.until(lambda: run.at() > slow + 20)


def test_divergence_and_modes_are_measured_while_it_trains(store):
    with Player(store.create(config())) as run:
        run.until(lambda: np.isfinite(run.record.columns().get("js", np.empty(0))).sum() >= 2)
        columns, bounds = run.record.columns(), run.record.info().bounds
    measured = np.isfinite(columns["js"])
    assert (columns["js"][measured] > bounds["js_high_luck"]).any()  # G is a beginner
    assert (columns["js"][measured] <= np.log(2) + 1e-6).all()
    assert (columns["kl"][measured] >= 0).all()
    assert np.isfinite(columns["modes"][measured]).all()


def test_a_script_turns_and_moves_at_its_steps_and_gives_the_same_picture(store):
    with Player(store.create(config())) as run:
        run.ask("pause")
        run.ask("step", count=3)
        run.ask("turn", name="g_optimizer.lr", value=0.05)
        run.ask("step", who="D", count=2)
        run.ask("step", count=4)
        run.ask("turn", name="loss", value="least-squares")
        run.ask("step", count=5)
        wanted, step = run.fake(), run.at()
        script, first = run.record.interventions(), run.record.facts()["initial"]
    again = store.create(config())
    again.set_facts(config=first, script=script, halts=[step])
    with Player(again) as run:
        run.until(lambda: run.record.info().state == "paused")
        assert run.at() == step
        assert np.array_equal(run.fake(), wanted)
        assert run.record.interventions() == script


def test_commands_of_nonsense_are_answered_and_the_run_goes_on(store):
    with Player(store.create(config())) as run:
        run.ask("pause")
        for verb, argument in (
            ("step", {"who": "everybody"}),
            ("step", {"count": 0}),
            ("speed", {"rate": "fast"}),
            ("restart", {"config": {"nonsense": 1}}),
            ("restart", {"config": preset("digits").to_json()}),
        ):
            assert run.ask(verb, **argument), (verb, json.dumps(argument))
        assert run.ask("step") == ""


def test_a_paused_run_that_nobody_looks_at_makes_room(store, monkeypatch):
    monkeypatch.setattr("ganlab.jobs.controls.LEFT_SECONDS", 0.5)
    with Player(store.create(config())) as run:
        time.sleep(1)  # while it trains, nobody needs to look
        run.ask("pause")
        run.thread.join(60)
        assert run.record.info().state == "stopped"
        assert run.record.checkpoint.exists()


def test_a_run_begins_at_the_speed_that_was_chosen(store):
    record = store.create(config())
    record.set_facts(speed_limit=2.0)
    began = time.monotonic()
    with Player(record) as run:
        run.until(lambda: run.at() >= 5)
        assert run.at() <= 2 * (time.monotonic() - began) + 2


def test_undo_takes_back_what_the_diagnosis_and_a_divergence_go_by(store):
    with Player(store.create(config())) as run:
        run.ask("pause")
        stood = run.at()
        for _ in range(3):
            run.ask("step")
        logger, training = run.worker.logger, run.worker.training
        before = logger._history.columns()["step"].max()
        assert before == stood + 3
        run.ask("undo")
        assert logger._history.columns()["step"].max() == stood + 2
        assert training._rollbacks[0].step == stood + 2
        assert run.record.info().diagnosis == logger.findings()
