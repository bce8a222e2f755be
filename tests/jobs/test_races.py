"""A race as a run: stored by member, steered as one, resumed, taken back and branched."""

import numpy as np
import pytest

from ganlab.errors import CheckpointError, ConfigError
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.hub import Hub
from ganlab.jobs.logger import SCORE_COLUMNS
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.trained.generator import load
from ganlab.training.checkpoint import load_tensors
from ganlab.training.strategies import NAMES
from tests.launches import Launches

SMALL = preset("ring-collapse").with_values(
    {"network.g_width": 8, "network.d_width": 8, "batch": 16, "steps": 60}
)
VARIANTS = [
    {"label": "Plain GAN", "values": {}},
    {"label": "PacGAN2", "values": {"transforms": "packing"}},
]
WILD = {"d_optimizer.name": "sgd", "d_optimizer.lr": 10.0, "g_optimizer.name": "sgd"} | {
    "g_optimizer.lr": 10.0
}


@pytest.fixture
def race(store) -> RunFolder:
    return store.create(SMALL, "A race", "ring-collapse", VARIANTS)


def steered(record, *commands):
    """Work the run; at step 20 it is paused and gets the commands. Its state and the answers."""
    numbers = []

    def on_tick(tick, training):
        if tick.step >= 20 and not numbers:
            numbers.append(record.command("pause"))
            numbers.extend(record.command(verb, **argument) for verb, argument in commands)
            numbers.append(record.command("resume"))

    state = work(record, "cpu", on_tick)
    return state, [record.answer(number) for number in numbers]


def weights(record):
    tensors, _ = load_tensors(record.checkpoint)
    return {name: tensor.numpy() for name, tensor in tensors.items() if "stream" not in name}


def test_a_race_is_stored_member_by_member(race):
    assert work(race, "cpu") == "finished"
    info = race.info()
    assert [one["label"] for one in info.variants] == ["Plain GAN", "PacGAN2"]
    assert np.shape(info.centres) == (8, 2)
    members = race.members()
    assert set(members) == {"step", *NAMES, *SCORE_COLUMNS}
    assert members["step"][0] == 0
    assert members["step"][-1] == 60
    assert members["d_loss"].shape == (len(members["step"]), 2)
    measured = np.isfinite(members["modes"]).all(1)
    assert measured[0]
    assert measured[-1]
    assert np.isfinite(members["d_loss"][1:]).all()
    results = info.results["members"]
    assert [one["label"] for one in results] == ["Plain GAN", "PacGAN2"]
    assert [one["modes"] for one in results] == members["modes"][-1].tolist()
    assert all(one["sentence"].startswith(("Plain GAN: ", "PacGAN2: ")) for one in info.diagnosis)
    assert race.sample_steps()[0] == 0
    np.testing.assert_array_equal(race.members(after=59)["step"], [60])


def test_steps_undo_and_knobs_reach_all_members(race):
    state, answers = steered(
        race,
        ("step", {}),
        ("step", {"who": "G", "count": 2}),
        ("undo", {}),
        ("turn", {"name": "g_optimizer.lr", "value": 5e-4}),
        ("turn", {"name": "batch", "value": 8}),
    )
    assert state == "finished"
    assert answers[:5] == ["", "", "", "", ""]
    assert "cannot be turned" in answers[5]
    _, facts = load_tensors(race.checkpoint)
    assert {one["config"]["g_optimizer"]["lr"] for one in facts["groups"]} == {5e-4}
    assert race.config().g_optimizer.lr == 5e-4
    assert (np.diff(race.members()["step"]) > 0).all()


@pytest.mark.parametrize("way", ["paused and taken back", "stopped, and on in another process"])
def test_a_race_that_was_interrupted_ends_where_it_would_have(store, race, way):
    if way.startswith("paused"):
        steered(race, ("step", {}), ("step", {"who": "D"}), ("undo", {}), ("undo", {}))
    else:
        assert steered(race, ("stop", {}))[0] == "stopped"
        assert work(race, "cpu") == "finished"
    plain = store.create(SMALL, "", "", VARIANTS)
    work(plain, "cpu")
    mine, theirs = weights(race), weights(plain)
    assert all(np.array_equal(mine[name], theirs[name]) for name in theirs)
    assert (np.diff(race.members()["step"]) > 0).all()


def test_a_race_gets_a_longer_budget_and_all_members_use_it(race):
    work(race, "cpu")
    race.extend_budget(30)
    assert work(race, "cpu") == "finished"
    assert race.info().step == 90
    _, facts = load_tensors(race.checkpoint)
    assert {one["config"]["steps"] for one in facts["groups"]} == {90}


def test_a_branch_shares_the_past_of_all_panes_and_differs_in_all(store, race):
    work(race, "cpu")
    child = store.branch(race.id, {"g_optimizer.lr": 5e-4}, 30)
    assert work(child, "cpu") == "finished"
    assert [one["label"] for one in child.info().variants] == ["Plain GAN", "PacGAN2"]
    members = child.members()
    assert (np.diff(members["step"]) > 0).all()
    assert members["step"][-1] == 60
    same = store.branch(race.id, {}, 30)
    work(same, "cpu")
    mine, theirs = weights(same), weights(race)
    assert all(np.array_equal(mine[name], theirs[name]) for name in theirs)
    assert any(not np.array_equal(weights(child)[name], theirs[name]) for name in theirs)


def test_a_lost_member_is_told_and_the_race_can_still_be_resumed(store):
    lost = {"label": "Too fast", "values": WILD}
    record = store.create(SMALL, "", "", [VARIANTS[0], lost])
    assert work(record, "cpu") == "finished"
    info = record.info()
    assert list(info.lost) == [1]
    assert any("Too fast: diverged by step" in one["sentence"] for one in info.diagnosis)
    record.extend_budget(20)
    assert work(record, "cpu") == "finished"
    assert record.info().step == 80
    assert record.info().lost == info.lost


def test_a_reset_begins_again_with_the_same_members(race):
    state, answers = steered(
        race, ("restart", {"config": SMALL.with_values({"seed": 3}).to_json()})
    )
    assert state == "finished"
    assert set(answers) == {""}
    members = race.members()
    assert members["step"][0] == 0
    assert members["d_loss"].shape[1] == 2
    _, facts = load_tensors(race.checkpoint)
    assert {one["config"]["seed"] for one in facts["groups"]} == {3}


def test_a_crowd_is_measured_now_and_then_and_keeps_no_states(store):
    record = store.create(SMALL, "", "", [{"seed": k} for k in range(6)])
    assert work(record, "cpu") == "finished"
    members = record.members()
    assert members["modes"].shape[1] == 6
    assert np.isfinite(members["modes"]).all()
    assert not (record.folder / "states").exists()
    assert "6 reach" in record.info().diagnosis[0]["sentence"]


def test_a_race_holds_no_single_generator_and_says_so(race):
    work(race, "cpu")
    with pytest.raises(CheckpointError, match="a race of 2 GANs"):
        load(race.checkpoint)


def test_a_hub_starts_a_race_and_shows_its_members(store):
    hub = Hub(store, Launches())  # type: ignore[arg-type]
    try:
        with pytest.raises(ConfigError, match="variant 2"):
            hub.start(SMALL, variants=[{}, {"data": "grid"}])
        run = hub.start(SMALL, variants=VARIANTS, halts=[10])
        record = store.open(run)
        store.leave_queue(run)
        steps = []

        def on_tick(tick, training):
            hub._views.clear()
            steps.append(len(hub.view(run).members["step"]))

        numbers = []

        def rest(tick, training):
            on_tick(tick, training)
            if tick.step == 10 and not numbers:
                numbers.append(record.command("resume"))

        assert work(record, "cpu", rest) == "finished"
        assert steps == sorted(steps)
        view = hub.view(run)
        assert view.info.variants[1]["label"] == "PacGAN2"
        whole = record.members()
        hub._views.clear()
        for name, values in hub.view(run).members.items():
            np.testing.assert_array_equal(values, whole[name])
    finally:
        hub.close()
