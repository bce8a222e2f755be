"""The hub with the real fork server; one hub for all tests that need no other."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from ganlab.errors import ConfigError, RunBusy, RunError, StoreError, UnknownRun
from ganlab.jobs import dispatcher
from ganlab.jobs import hub as module
from ganlab.jobs.hub import Hub
from ganlab.jobs.launcher import can_fork
from ganlab.jobs.store import Store
from tests.launches import Launches
from tests.workers import worker_of

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


@pytest.fixture(scope="module")
def endless(tiny):
    return tiny.with_values({"steps": 1_000_000})


@pytest.fixture(scope="module")
def hub(tmp_path_factory) -> Iterator[Hub]:
    patch = pytest.MonkeyPatch()
    patch.setenv("GANLAB_MAX_RUNS", "1")
    hub = Hub(Store(tmp_path_factory.mktemp("lab")))
    yield hub
    for info in hub.runs():
        if info.live:
            hub.command(info.id, "stop")
    hub.close()
    patch.undo()


@pytest.fixture
def ended(hub, eventually) -> Iterator[None]:
    """Whatever the test started has stopped when it is over."""
    yield
    for info in hub.store.infos():
        if info.live:
            hub.command(info.id, "stop")
            eventually(lambda one=info: not hub.view(one.id).info.live, f"{info.id} stops")


def rows(hub, run_id) -> int:
    return len(hub.view(run_id).columns["step"])


def state(hub, run_id) -> str:
    return hub.view(run_id).info.state


@pytest.mark.slow
def test_a_started_run_has_rows_and_pictures_soon_and_stops_with_a_checkpoint(
    hub, ended, endless, eventually
):
    run_id = hub.start(endless, "first", "digits", device="cpu")
    eventually(lambda: rows(hub, run_id) > 3, "rows come")
    view = hub.view(run_id)
    assert view.info.state == "running"
    assert view.info.title == "first"
    assert view.sample
    assert (
        view.columns["step"].tolist()
        == hub.store.open(run_id).columns()["step"].tolist()[: len(view.columns["step"])]
    )
    before = rows(hub, run_id)
    eventually(lambda: rows(hub, run_id) > before + 3, "the view grows")
    steps = hub.view(run_id).columns["step"].tolist()
    assert steps == sorted(set(steps))
    with pytest.raises(RunBusy, match="under way"):
        hub.resume(run_id)
    with pytest.raises(RunBusy, match="stop it before"):
        hub.delete(run_id)
    hub.command(run_id, "stop")
    eventually(lambda: state(hub, run_id) == "stopped", "it stops")
    record = hub.store.open(run_id)
    assert record.checkpoint.is_file()
    with pytest.raises(RunError, match="resume it first"):
        hub.command(run_id, "pause")
    eventually(hub.device, "the machine is probed")
    assert hub.device()["device"] in ("cpu", "cuda", "mps")


@pytest.mark.slow
def test_with_one_place_the_others_wait_in_order_and_are_told_their_place(
    hub, ended, endless, eventually
):
    first, second, third = (hub.start(endless, str(k), device="cpu") for k in range(3))
    eventually(lambda: state(hub, first) == "running", "the first trains")
    assert hub.store.queue() == [second, third]
    assert hub.view(second).info.words == "Next to train."
    assert hub.view(third).info.words == "Waiting for a free place: 1 ahead."
    assert [info.state for info in hub.runs() if info.id in (second, third)] == ["queued"] * 2
    hub.command(second, "stop")
    info = hub.view(second).info
    assert (info.state, info.words) == ("stopped", "Stopped before it started.")
    eventually(lambda: hub.view(third).info.words == "Next to train.", "the third moves up")
    hub.command(first, "stop")
    eventually(lambda: state(hub, third) == "running", "the third follows")
    assert state(hub, second) == "stopped"


@pytest.mark.slow
@needs_proc
def test_a_killed_worker_is_lost_and_resume_goes_on_from_the_checkpoint(
    hub, ended, endless, eventually
):
    run_id = hub.start(endless, "victim", device="cpu")
    eventually(lambda: rows(hub, run_id) > 2, "rows come")
    number = hub.command(run_id, "pause")  # writes a checkpoint
    record = hub.store.open(run_id)
    eventually(lambda: record.answer(number) == "", "it pauses")
    at = record.facts()["checkpoint_step"]
    hub.resume(run_id)
    eventually(lambda: hub.view(run_id).columns["step"][-1] > at, "it goes on")
    os.kill(worker_of(run_id), signal.SIGKILL)
    eventually(lambda: state(hub, run_id) == "lost", "it is told", seconds=10)
    assert f"Resume goes on from step {at}" in hub.view(run_id).info.words
    generation = hub.view(run_id).info.generation
    hub.resume(run_id)
    eventually(lambda: state(hub, run_id) == "running", "it is back")
    eventually(lambda: hub.view(run_id).info.generation > generation, "it forgot what was lost")
    eventually(lambda: hub.view(run_id).columns["step"][-1] > at, "it goes on again")
    steps = hub.view(run_id).columns["step"]
    assert (steps[1:] > steps[:-1]).all()


@pytest.mark.slow
@needs_proc
@pytest.mark.skipif(not can_fork(), reason="there is no fork server")
def test_a_killed_fork_server_is_replaced_and_its_workers_go_on(hub, ended, endless, eventually):
    run_id = hub.start(endless, "orphan", device="cpu")
    eventually(lambda: rows(hub, run_id) > 2, "rows come")
    server = hub.launcher._server
    server.kill()
    server.wait()
    before = rows(hub, run_id)
    eventually(lambda: rows(hub, run_id) > before + 2, "the worker goes on")
    hub.command(run_id, "stop")
    eventually(lambda: state(hub, run_id) == "stopped", "it stops")
    again = hub.start(endless, "after", device="cpu")
    eventually(lambda: rows(hub, again) > 0, "a new fork server starts runs")


@pytest.mark.slow
def test_a_closed_hub_leaves_its_worker_alone_and_the_next_hub_finds_it(
    tmp_path, endless, eventually
):
    first = Hub(Store(tmp_path))
    run_id = first.start(endless, "survivor", device="cpu")
    eventually(lambda: rows(first, run_id) > 0, "rows come")
    first.close()
    second = Hub(Store(tmp_path))
    try:
        assert second.leads
        before = rows(second, run_id)
        eventually(lambda: rows(second, run_id) > before + 3, "it went on")
        assert state(second, run_id) == "running"
        second.command(run_id, "stop")
        eventually(lambda: state(second, run_id) == "stopped", "the new hub steers it")
    finally:
        second.close()


def test_two_hubs_on_one_store_share_it_and_the_second_takes_over(store, endless, eventually):
    first, second = Hub(store, Launches()), Hub(Store(), Launches())
    try:
        assert (first.leads, second.leads) == (True, False)
        run_id = second.start(endless, "from the second", device="cpu")
        eventually(lambda: first.launcher.launched == [(run_id, "cpu")], "the first launches it")
        assert second.launcher.launched == []
        assert [info.id for info in second.runs()] == [run_id]
        first.close()
        assert first.launcher.closed
        eventually(lambda: second.leads, "the second takes over")
        # The launch of a fake never became a worker, so its turn comes again.
        eventually(lambda: second.launcher.launched == [(run_id, "auto")], "it is launched again")
    finally:
        second.close()


@pytest.fixture
def idle(store) -> Iterator[Hub]:
    """A hub that launches nothing."""
    hub = Hub(store, Launches())
    yield hub
    hub.close()


def test_a_worker_that_never_speaks_is_told_and_can_be_started_again(
    idle, endless, eventually, monkeypatch
):
    monkeypatch.setattr(dispatcher, "START_SECONDS", 0.3)
    run_id = idle.start(endless)
    eventually(lambda: state(idle, run_id) == "failed", "it is told", seconds=20)
    assert "did not start" in idle.view(run_id).info.words
    monkeypatch.setattr(dispatcher, "START_SECONDS", 1000.0)
    idle.resume(run_id)
    eventually(lambda: len(idle.launcher.launched) == 2, "it is launched again")
    assert state(idle, run_id) == "queued"


def test_places_are_taken_only_by_those_that_train(idle, endless, eventually, monkeypatch):
    monkeypatch.setenv("GANLAB_MAX_RUNS", "2")
    ids = [idle.start(endless) for _ in range(3)]
    eventually(lambda: len(idle.launcher.launched) == 2, "two places are filled")
    assert idle.store.queue() == [ids[2]]
    idle.store.open(ids[0]).set_facts(state="finished")
    eventually(lambda: len(idle.launcher.launched) == 3, "the third follows")


def test_wrong_use_is_one_sentence_and_changes_nothing(idle, tiny):
    record = idle.store.create(tiny, "kept")
    for wrong in ("", "   ", "\n"):
        with pytest.raises(ConfigError, match="at least one character"):
            idle.rename(record.id, wrong)
    for act in (idle.view, idle.resume, idle.delete, lambda one: idle.command(one, "stop")):
        with pytest.raises(UnknownRun, match="there is no run"):
            act("nonsense")
    with pytest.raises(RunError):
        idle.command(record.id, "stop")
    assert [info.title for info in idle.runs()] == ["kept"]


def test_a_title_is_tidied_and_seen_at_once(idle, tiny):
    record = idle.store.create(tiny, "old")
    idle.view(record.id)
    idle.rename(record.id, "  a   new\ttitle " + "x" * 200)
    assert idle.view(record.id).info.title.startswith("a new title x")
    assert len(idle.runs()[0].title) == 80


def test_a_view_is_read_once_for_everybody_who_asks_within_a_moment(idle, tiny, monkeypatch):
    record = idle.store.create(tiny)
    monkeypatch.setattr(module, "FRESH_SECONDS", 60.0)
    assert idle.view(record.id) is idle.view(record.id)


def test_a_run_that_another_process_makes_or_removes_is_seen_at_once(idle, tiny, monkeypatch):
    monkeypatch.setattr(module, "FRESH_SECONDS", 60.0)
    other = Store(idle.store.root.parent)
    made = other.create(tiny, "another's")
    assert [info.id for info in idle.runs()] == [made.id]
    assert idle.runs() is idle.runs()  # read once for everybody
    other.delete(made.id)
    assert idle.runs() == []


def test_few_views_are_kept_however_many_runs_were_looked_at(idle, tiny):
    for _ in range(40):
        idle.view(idle.store.create(tiny).id)
    assert len(idle._views) <= 32


def test_a_store_without_write_permission_is_one_sentence(store):
    (store.root / "hub.lock").mkdir()  # what cannot be opened as a file, also for root
    with pytest.raises(StoreError, match="check its permissions"):
        Hub(store, Launches())


def test_a_run_whose_folder_vanishes_disturbs_no_other(idle, endless, eventually, monkeypatch):
    monkeypatch.setenv("GANLAB_MAX_RUNS", "5")
    gone = idle.start(endless)
    eventually(lambda: len(idle.launcher.launched) == 1, "it is launched")
    idle.delete(gone)
    other = idle.start(endless)
    eventually(lambda: len(idle.launcher.launched) == 2, "the next is launched")
    assert [info.id for info in idle.runs()] == [other]
