"""States that a run keeps: thinned, bounded, and the start of branches."""

import numpy as np
import pytest
import torch

from ganlab.jobs import kept_states, worker
from ganlab.jobs.kept_states import KEPT, KeptStates, kept_steps, nearest, state_file
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.training.checkpoint import load_tensors
from tests.jobs.player import config


@pytest.fixture
def at_once(monkeypatch):
    """States are taken whenever they are offered."""
    monkeypatch.setattr(kept_states, "SECONDS", -1.0)
    monkeypatch.setattr(kept_states, "SHARE", 1e9)


@pytest.mark.slow
def test_a_picture_run_keeps_states_and_a_branch_from_one_takes_the_same_way(store, at_once):
    values = {"network.width": 4, "batch": 8, "steps": 60}
    record = store.create(preset("digits").with_values(values), "Pictures", "digits")
    assert work(record, "cpu") == "finished"
    steps = [step for step in kept_steps(record) if 0 < step < 60]
    assert steps, "states on the way were kept"
    child = store.branch(record.id, {}, steps[0])
    assert child.columns()["step"][-1] <= steps[0]
    assert work(child, "cpu") == "finished"
    mine, told = load_tensors(child.checkpoint)
    theirs, _ = load_tensors(record.checkpoint)
    assert told["step"] == 60
    for name in theirs:
        if name.startswith(("G.", "D.", "G_mean.")):
            assert torch.equal(mine[name], theirs[name]), name


@pytest.mark.slow
def test_a_run_that_asks_for_it_keeps_every_so_many_steps_and_each_is_just_that_step(store):
    values = {"network.width": 4, "batch": 8, "steps": 20, "keep_every": 6}
    record = store.create(preset("digits").with_values(values), "Pictures", "digits")
    assert work(record, "cpu") == "finished"
    assert {6, 12, 18} <= set(kept_steps(record))
    assert not {7, 13, 19} & set(kept_steps(record))
    for step in (6, 12, 18):
        assert load_tensors(state_file(record, step))[1]["step"] == step
    plain = store.create(preset("digits").with_values(values | {"keep_every": 0}), "Pictures")
    work(plain, "cpu")
    mine, theirs = (load_tensors(one.checkpoint)[0] for one in (record, plain))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs), "keeping changes nothing"
    child = store.branch(record.id, {"d_optimizer.lr": 5e-4}, 12)
    assert child.columns()["step"][-1] <= 12


def test_states_fit_their_room_and_the_first_and_last_stay(store, at_once, monkeypatch):
    monkeypatch.setattr(kept_states, "ROOM_BYTES", 10_000)
    record = store.create(preset("digits"))
    keeper = KeptStates(record)
    for step in range(0, 1000, 10):
        keeper.offer(step, lambda path: path.write_bytes(bytes(1_500)))
        kept = kept_steps(record)
        used = sum(state_file(record, one).stat().st_size for one in kept)
        assert used <= 10_000 + 1_500
        assert kept[0] == 0
    assert max(kept_steps(record)) >= 700


def test_states_asked_for_outlive_those_that_are_kept_by_the_way(store, at_once, monkeypatch):
    monkeypatch.setattr(kept_states, "ROOM_BYTES", 10_000)
    record = store.create(preset("digits"))
    keeper = KeptStates(record)
    keeper.asked = lambda step: step > 0 and step % 300 == 0

    def save(path):
        path.write_bytes(bytes(1_500))

    for step in range(0, 1000, 10):
        keeper.offer(step, save)
        if keeper.asked(step):
            keeper.keep(step, save)
        kept = kept_steps(record)
        assert [one for one in kept if keeper.asked(one)] == list(range(300, step + 1, 300))
        assert sum(state_file(record, one).stat().st_size for one in kept) <= 10_000 + 1_500


def test_more_asked_for_states_than_the_disk_may_hold_are_thinned(store, monkeypatch):
    monkeypatch.setattr(kept_states, "ASKED_BYTES", 10_000)
    record = store.create(preset("digits"))
    keeper = KeptStates(record)
    keeper.asked = lambda step: step % 5 == 0
    for step in range(5, 500, 5):
        keeper.keep(step, lambda path: path.write_bytes(bytes(1_500)))
        kept = kept_steps(record)
        assert len(kept) <= 6
        assert kept[-1] == step


@pytest.mark.parametrize(
    ("megabytes", "most", "words"),
    [
        (60, 3, ""),
        (90, 2, "A state takes 90 MB: two are kept for branches besides the checkpoint."),
        (130, 1, "A state takes 130 MB: one is kept for branches besides the checkpoint."),
        (345, 0, "A state takes 345 MB: none is kept for branches besides the checkpoint."),
    ],
)
def test_of_large_states_as_many_stay_as_there_is_room_for(store, at_once, megabytes, most, words):
    record = store.create(preset("digits"))
    keeper, written = KeptStates(record), []

    def save(path):
        written.append(path)
        with path.open("wb") as file:
            file.truncate(megabytes * 2**20)  # it says so, but takes no room

    save(record.checkpoint)
    for step in range(0, 1000, 10):
        keeper.offer(step, save)
        assert len(kept_steps(record)) <= most
    assert len(kept_steps(record)) == most
    assert keeper.words == words
    assert record.disk_bytes() < worker.BUDGET_BYTES
    if most == 1:
        assert kept_steps(record)[0] >= 500, "the one goes along with the run"
    if not most:
        assert written == [record.checkpoint]


def test_an_asked_state_that_does_not_fit_is_left_out_and_told(store, monkeypatch):
    record = store.create(preset("digits"))
    record.checkpoint.write_bytes(bytes(2_000))
    monkeypatch.setattr(kept_states, "ASKED_BYTES", 1_500)
    monkeypatch.setattr(kept_states, "ROOM_BYTES", 1_000)
    keeper = KeptStates(record)
    keeper.asked = lambda step: True
    keeper.keep(5, lambda path: pytest.fail("there is no room for it"))
    assert kept_steps(record) == []
    assert "none is kept" in keeper.words


@pytest.mark.parametrize(
    ("steps", "most", "gone"),
    [
        ([1, 2, 3, 4], 3, [2]),
        ([1, 2, 3], 2, [2]),
        ([1, 2], 1, [1]),
        ([1, 2, 3, 4, 5], 1, [1, 2, 3, 4]),
        ([1, 2], 0, [1, 2]),
        ([], 0, []),
        ([1, 2], 2, []),
    ],
)
def test_what_goes_is_even_and_leaves_the_ends_or_the_newest(steps, most, gone):
    assert kept_states.surplus(steps, most) == gone


def test_a_run_whose_states_are_too_large_to_keep_finishes_and_says_so(store, at_once, monkeypatch):
    monkeypatch.setattr(kept_states, "ROOM_BYTES", 1_000)
    values = {"network.width": 4, "batch": 8, "steps": 30}
    record = store.create(preset("digits").with_values(values), "Pictures", "digits")
    assert work(record, "cpu") == "finished"
    assert kept_steps(record) == []
    words = record.info().words
    assert words.startswith("Finished: the budget is spent. A state takes ")
    assert words.endswith("none is kept for branches besides the checkpoint.")


def lasting_files(record):
    """The files of a run that stay when nobody writes to it."""
    files = (path for path in record.folder.rglob("*") if path.is_file())
    return [path for path in files if not path.name.endswith(("-wal", "-shm"))]


@pytest.mark.slow
def test_a_run_whose_states_fill_its_budget_lets_them_go_and_finishes(store, at_once, monkeypatch):
    values = {"network.width": 4, "batch": 8, "steps": 250}
    record = store.create(preset("digits").with_values(values), "Pictures", "digits")
    full = []

    def leave_no_room_for_more(tick, training):
        if len(kept_steps(record)) >= 4 and not full:
            # Without SQLite's log, which it may write back at any time and start anew.
            full.append(sum(path.stat().st_size for path in lasting_files(record)))
            monkeypatch.setattr(worker, "BUDGET_BYTES", full[0])

    monkeypatch.setattr(worker, "CHECKPOINT_SECONDS", 0.0)
    assert work(record, "cpu", leave_no_room_for_more) == "finished"
    assert record.disk_bytes() <= worker.BUDGET_BYTES
    assert record.checkpoint.is_file()
    words = record.info().words
    assert words.startswith("Finished: the budget is spent. Its disk budget is used up: kept")


def test_a_state_that_took_long_is_not_followed_at_once(store, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(kept_states.time, "monotonic", lambda: now[0])
    keeper = KeptStates(store.create(preset("digits")))

    def slow(path):
        now[0] += 0.5
        path.write_bytes(b"x")

    assert keeper.offer(1, slow)
    for wait, expected in ((10.0, False), (35.0, False), (10.0, True)):
        now[0] += wait
        assert keeper.offer(int(now[0]), slow) is expected


def test_states_are_thinned_evenly_within_their_number(store, at_once):
    record = store.create(config())
    kept_states = KeptStates(record)
    for step in range(0, 3000, 7):
        kept_states.offer(step, lambda path: path.write_bytes(b""))
        assert len(kept_steps(record)) <= KEPT + 1
    steps = kept_steps(record)
    assert steps[0] == 0
    assert steps[-1] > 2500
    assert max(np.diff(steps)) < 3000 / (KEPT / 4)
    found = nearest(record, 1500)
    assert found is not None
    assert int(found.stem) == max(step for step in steps if step <= 1500)
    kept_states.forget_after(100)
    assert max(kept_steps(record)) <= 100
