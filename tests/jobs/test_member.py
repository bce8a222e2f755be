"""One GAN of a race, taken out of it, is where the race had it and goes on as it would have."""

import numpy as np
import pytest
from safetensors.numpy import load

from ganlab.bench.methods import training_methods
from ganlab.config import RunConfig
from ganlab.errors import CheckpointError, RunError
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.member import member_of
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.registry import Method, find
from ganlab.training.checkpoint import load_tensors

SMALL = preset("ring-collapse").with_values(
    {"network.g_width": 8, "network.d_width": 8, "batch": 12, "steps": 60, "precision": "float32"}
)
NAMES = [name for name, method in training_methods().items() if name not in ("pacgan3", "pacgan4")]


def started(store, names, at=()) -> RunFolder:
    """A race of those methods that was told to rest at some steps, at its end."""
    variants = [
        {
            "label": find(Method, name).title,
            "values": find(Method, name).racing_on("ring"),
        }
        for name in names
    ]
    small = {"network.g_width": 8, "network.d_width": 8, "batch": 12}
    variants = [{**one, "values": {**one["values"], **small}} for one in variants]
    record = store.create(SMALL, "A race", "", variants)
    record.set_facts(halts=list(at))
    return record


def at_rest(record, step):
    """Work the race until it rests at the step, and stop it there."""

    def on_tick(tick, training):
        if tick.step >= step:
            record.command("stop")

    record.set_facts(halts=[step])
    assert work(record, "cpu", on_tick) in ("stopped", "finished")
    assert record.info().step == step


def member(record, place):
    """The weights and moments of a member where the race stands."""
    tensors, facts = load_tensors(record.checkpoint)
    own, _ = member_of({name: one.numpy() for name, one in tensors.items()}, facts, place)
    return {name: one for name, one in own.items() if not name.startswith("stream")}


def close(mine, theirs):
    assert mine.keys() == theirs.keys()
    for name, array in theirs.items():
        np.testing.assert_allclose(mine[name], array, rtol=2e-3, atol=2e-4, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_alone_it_reaches_what_it_would_have_reached_in_the_race(store, name):
    race = started(store, ["plain", name] if name != "plain" else ["r1-r2", "plain"])
    at_rest(race, 20)
    solo = store.solo(race.id, 1, 20)
    assert solo.info().state == "stopped"
    assert not solo.info().variants
    assert not solo.info().breakpoints
    assert solo.info().step == 20
    close(member(race, 1), {k: v.numpy() for k, v in weights(solo).items()})
    assert work(race, "cpu") == "finished"
    assert work(solo, "cpu") == "finished", solo.info().words
    close({k: v.numpy() for k, v in weights(solo).items()}, member(race, 1))


def weights(record):
    tensors, _ = load_tensors(record.checkpoint)
    return {name: one for name, one in tensors.items() if not name.startswith("stream")}


def test_it_keeps_its_settings_its_curves_and_its_pictures(store):
    race = started(store, ["plain", "pacgan2"])
    at_rest(race, 20)
    solo = store.solo(race.id, 1, 20)
    info = solo.info()
    assert info.title == "PacGAN2, from: A race"
    config = RunConfig.from_json(info.config)
    assert [one.name for one in config.transforms] == ["packing"]
    assert config.seed == SMALL.seed
    theirs, mine = race.members(), solo.columns()
    kept = theirs["step"] > 0
    np.testing.assert_array_equal(mine["step"], theirs["step"][kept])
    for name in ("d_loss", "modes", "high_quality"):
        np.testing.assert_array_equal(mine[name], theirs[name][kept, 1])
    assert solo.sample_steps() == race.sample_steps()
    step, data = race.sample() or (0, b"")
    there, own = load(data), load((solo.sample(step) or (0, b""))[1])
    np.testing.assert_array_equal(own["fake"], there["fake"][1].astype(np.float32))
    assert own["landscape"].shape == (48, 48)
    assert info.bounds == race.info().bounds


def test_a_step_between_two_states_is_reached_by_training_again(store):
    race = started(store, ["plain", "pacgan2"])
    at_rest(race, 20)
    assert work(race, "cpu") == "finished"
    solo = store.solo(race.id, 0, 37)
    assert solo.info().breakpoints == (37,)
    assert solo.info().step <= 37

    def on_tick(tick, training):
        if tick.step >= 37:
            solo.command("stop")

    assert work(solo, "cpu", on_tick) == "stopped"
    assert solo.info().step == 37
    assert work(solo, "cpu") == "finished", solo.info().words
    close({k: v.numpy() for k, v in weights(solo).items()}, member(race, 0))


def test_a_finished_race_gives_a_finished_run(store):
    race = started(store, ["plain", "pacgan2"])
    assert work(race, "cpu") == "finished"
    assert store.solo(race.id, 0, 60).info().state == "finished"


def test_what_cannot_be_taken_out_is_refused_in_a_sentence(store):
    race = started(store, ["plain", "pacgan2"])
    at_rest(race, 20)
    with pytest.raises(RunError, match="holds 2 GANs, got number 2"):
        store.solo(race.id, 2, 20)
    with pytest.raises(RunError, match="has steps 0 to 20, got 21"):
        store.solo(race.id, 0, 21)
    race.set_facts(lost={"1": 15})
    with pytest.raises(RunError, match="PacGAN2 had diverged by step 15: choose a step before"):
        store.solo(race.id, 1, 20)
    alone = store.create(SMALL, "Alone")
    with pytest.raises(RunError, match="holds 0 GANs"):
        store.solo(alone.id, 0, 0)


def test_a_state_without_that_member_is_no_checkpoint_of_the_race():
    with pytest.raises(CheckpointError, match="no member 3"):
        member_of({}, {"order": [[0, 1]], "groups": [{}]}, 3)
