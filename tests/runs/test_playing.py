"""A worker that is played with: commands given between its ticks, on a small run of points."""

import json
import threading
import time

import numpy as np
import pytest
from safetensors.numpy import load

from ganlab.presets import preset
from ganlab.runs.attention import is_watched, look_at
from ganlab.runs.keepsakes import KEPT, Keepsakes, kept_steps, nearest
from ganlab.runs.store import Store
from ganlab.runs.worker import Worker

SMALL = {
    "network.g_width": 8,
    "network.g_depth": 1,
    "network.d_width": 8,
    "network.d_depth": 1,
    "batch": 16,
}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def config(**values):
    return preset("ring").with_values({**SMALL, "steps": 100_000, **values})


class Player:
    """Plays a run whose worker trains in a thread of this process."""

    def __init__(self, record):
        self.record = record
        self.worker = Worker(record, "cpu")
        self.thread = threading.Thread(target=self.worker.run)

    def __enter__(self):
        self.record.set_facts(state="queued")
        self.thread.start()
        self.until(lambda: self.record.facts()["state"] not in ("queued", "preparing"))
        return self

    def __exit__(self, *_):
        self.worker.stop()
        self.thread.join(60)
        assert not self.thread.is_alive()

    def until(self, happened):
        deadline = time.monotonic() + 60
        while not happened():
            assert time.monotonic() < deadline
            assert self.thread.is_alive()
            time.sleep(0.01)

    def ask(self, verb, **argument):
        """What the worker answers: '' for done."""
        number = self.record.command(verb, **argument)
        self.until(lambda: self.record.answer(number) is not None)
        return self.record.answer(number)

    def at(self):
        return self.record.info().step

    def fake(self, step=None):
        found = self.record.sample(step)
        assert found
        return load(found[1])["fake"]


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
        time.sleep(1.5)
        made = run.at() - first
        assert made <= 5 * (time.monotonic() - began) + 2
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


def test_a_watched_run_takes_more_pictures(store):
    def taken(watched):
        with Player(store.create(config())) as run:
            began = time.monotonic()
            while time.monotonic() - began < 3:
                if watched:
                    look_at(run.record.folder)
                time.sleep(0.05)
            return len(run.record.sample_steps())

    assert taken(True) > 1.5 * taken(False)


def test_looks_are_forgotten(tmp_path):
    assert not is_watched(tmp_path)
    look_at(tmp_path)
    assert is_watched(tmp_path)
    assert not is_watched(tmp_path, fresh=-1)
    look_at(tmp_path / "vanished")


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


@pytest.mark.parametrize("kept", [True, False])
def test_a_branch_without_a_change_goes_on_as_its_parent(store, kept):
    with Player(store.create(config())) as run:
        run.ask("pause")
        run.ask("step", count=5)
        run.ask("turn", name="g_optimizer.lr", value=0.02)
        run.ask("step", count=5)
        middle = run.at()
        run.ask("turn", name="d_optimizer.lr", value=0.02)
        run.ask("step", count=1)
        run.ask("step", who="G", count=2)
        run.ask("step", count=7)
        wanted, step = run.fake(), run.at()
        parent = run.record
    if not kept:
        parent.checkpoint.unlink()
        Keepsakes(parent).forget_after(-1)
    child = store.branch(parent.id, {}, middle + 6)
    child.set_facts(halts=[middle + 6])
    with Player(child) as run:
        run.until(lambda: run.record.info().state == "paused")
        run.ask("step", count=step - middle - 6)
        assert np.array_equal(run.fake(), wanted)
        assert run.record.interventions() == parent.interventions()


def test_a_branch_changes_its_knob_at_its_step_and_keeps_the_past(store):
    with Player(store.create(config())) as run:
        run.until(lambda: run.at() > 100)
        parent = run.record
    step = parent.info().step - 5
    child = store.branch(parent.id, {"loss": "hinge"}, step)
    assert child.facts()["parent"] == {"run": parent.id, "step": step}
    with Player(child) as run:
        run.until(lambda: run.at() > step)
        (turned,) = run.record.interventions()
        assert turned == {
            "step": step,
            "name": "loss",
            "old": "relativistic",
            "new": "hinge",
        }
        assert run.record.config().loss.name == "hinge"
        assert 0 in run.record.sample_steps()


def test_a_branch_at_the_end_of_a_spent_budget_gets_a_new_one(store):
    parent = store.create(config(steps=10))
    Worker(parent, "cpu").run()
    child = store.branch(parent.id, {}, 10)
    with Player(child) as run:
        run.until(lambda: run.at() > 10)


@pytest.mark.parametrize(
    ("values", "step", "words"),
    [({"batch": 3}, 0, "batch"), ({}, 99, "cannot branch"), ({"nonsense": 1}, 0, "nonsense")],
)
def test_a_branch_that_cannot_be_is_refused_in_a_sentence(store, values, step, words):
    parent = store.create(config())
    with pytest.raises(Exception, match=words) as caught:
        store.branch(parent.id, values, step)
    assert "\n" not in str(caught.value)
    assert [record.id for record in store.records()] == [parent.id]


def test_states_are_thinned_evenly_within_their_number(store, monkeypatch):
    monkeypatch.setattr("ganlab.runs.keepsakes.SECONDS", -1)
    monkeypatch.setattr("ganlab.runs.keepsakes.SHARE", 1e9)
    record = store.create(config())
    keepsakes = Keepsakes(record)
    for step in range(0, 3000, 7):
        keepsakes.offer(step, lambda path: path.write_bytes(b""))
        assert len(kept_steps(record)) <= KEPT + 1
    steps = kept_steps(record)
    assert steps[0] == 0
    assert steps[-1] > 2500
    assert max(np.diff(steps)) < 3000 / (KEPT / 4)
    found = nearest(record, 1500)
    assert found is not None
    assert int(found.stem) == max(step for step in steps if step <= 1500)
    keepsakes.forget_after(100)
    assert max(kept_steps(record)) <= 100


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
    monkeypatch.setattr("ganlab.runs.playing.LEFT_SECONDS", 0.5)
    with Player(store.create(config())) as run:
        time.sleep(1)  # while it trains, nobody needs to look
        run.ask("pause")
        deadline = time.monotonic() + 60
        while run.thread.is_alive():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert run.record.info().state == "stopped"
        assert run.record.checkpoint.exists()


def test_a_run_begins_at_the_speed_that_was_chosen(store):
    record = store.create(config())
    record.set_facts(speed_limit=2.0)
    with Player(record) as run:
        time.sleep(1.5)
        assert run.at() <= 6
