"""Branches of a run: from a step of its past, with a knob changed or none."""

import numpy as np
import pytest

from ganlab.jobs.kept_states import KeptStates
from ganlab.jobs.worker import Worker
from tests.jobs.player import Player, config


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
        KeptStates(parent).forget_after(-1)
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
        assert turned == {"step": step, "name": "loss", "old": "relativistic", "new": "hinge"}
        assert run.record.config().loss.name == "hinge"
        assert 0 in run.record.sample_steps()


def test_a_branch_at_a_step_has_the_knob_turned_there_and_not_the_move_made_from_there(store):
    with Player(store.create(config())) as run:
        run.ask("pause")
        run.ask("step", count=3)
        step = run.at()
        run.ask("turn", name="g_optimizer.lr", value=0.02)
        run.ask("step", who="G", count=1)
        run.ask("step", count=2)
        parent = run.record
    parent.checkpoint.unlink()
    KeptStates(parent).forget_after(-1)  # so that the script holds all from the first step on
    for at, names in ((step, ["g_optimizer.lr"]), (step + 1, ["g_optimizer.lr", "move"])):
        script = store.branch(parent.id, {}, at).facts()["script"]
        assert [one["name"] for one in script] == names


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
    with pytest.raises(Exception, match=words):
        store.branch(parent.id, values, step)
    assert [record.id for record in store.records()] == [parent.id]
