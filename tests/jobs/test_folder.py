from pathlib import Path

import numpy as np
import pytest

from ganlab.jobs.database import connect
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import LIVE
from ganlab.jobs.recorder import Recorder


@pytest.fixture
def record(store, tiny) -> RunFolder:
    return store.create(tiny, "one")


def test_columns_come_back_as_they_were_written_and_can_be_asked_for_from_a_step(record):
    recorder = Recorder(record, ("a", "b"))
    for step in (3, 6, 9):
        recorder.write(metric=(step, step / 2, {"a": step * 1.5, "b": float("nan")}))
    recorder.write(metric=(12, 6.0, {"b": 4.0}))
    recorder.close()
    columns = record.columns()
    np.testing.assert_array_equal(columns["step"], [3, 6, 9, 12])
    np.testing.assert_array_equal(columns["seconds"], [1.5, 3, 4.5, 6])
    np.testing.assert_array_equal(columns["a"], [4.5, 9, 13.5, np.nan])
    np.testing.assert_array_equal(columns["b"], [np.nan, np.nan, np.nan, 4])
    later = record.columns(after=6)
    np.testing.assert_array_equal(later["step"], [9, 12])
    np.testing.assert_array_equal(later["a"], [13.5, np.nan])
    assert record.columns(after=12)["a"].shape == (0,)


def test_rows_from_before_a_metric_was_added_have_no_value_there(record):
    recorder = Recorder(record, ("a", "b"))
    recorder.write(metric=(1, 1.0, {"a": 1.0, "b": 2.0}))
    recorder.close()
    recorder = Recorder(record, ("b", "new", "a"))
    recorder.write(metric=(2, 2.0, {"a": 3.0, "b": 4.0, "new": 5.0}))
    recorder.close()
    columns = record.columns()
    np.testing.assert_array_equal(columns["a"], [1, 3])
    np.testing.assert_array_equal(columns["b"], [2, 4])
    np.testing.assert_array_equal(columns["new"], [np.nan, 5])


@pytest.mark.parametrize("state", LIVE[1:])
def test_a_run_that_should_have_a_worker_and_has_none_is_lost(record, state):
    record.set_facts(state=state)
    assert record.info().state == "lost"
    assert "Resume starts again" in record.info().words
    record.checkpoint.write_bytes(b"")
    record.set_facts(checkpoint_step=40)
    assert "Resume goes on from step 40" in record.info().words
    with record.lock():
        assert record.info().state == state
    assert record.info().state == "lost"


@pytest.mark.parametrize("state", ["queued", "finished", "stopped", "failed", "diverged"])
def test_a_run_that_needs_no_worker_is_not_lost(record, state):
    record.set_facts(state=state)
    assert record.info().state == state


def test_asking_whether_a_worker_lives_leaves_no_lock_behind(record):
    assert not record.is_alive()
    with record.lock():
        assert record.is_alive()
        assert record.is_alive()
    assert not record.is_alive()
    record.lock().acquire(timeout=0).lock.release()


def test_a_command_is_answered_by_its_number(record):
    recorder = Recorder(record, ())
    first, second = record.command("pause"), record.command("turn", name="ema", value=0.5)
    assert record.answer(first) is None
    assert recorder.commands() == [
        (first, "pause", "{}"),
        (second, "turn", '{"name": "ema", "value": 0.5}'),
    ]
    assert recorder.commands() == []
    recorder.answer(first, "")
    recorder.answer(second, "ema cannot be turned")
    recorder.close()
    assert record.answer(first) == ""
    assert record.answer(second) == "ema cannot be turned"
    assert record.answer(999) is None


def test_a_budget_is_extended_only_where_none_is_left_or_more_is_asked_for(record, tiny):
    record.set_facts(progress={"step": 5, "seconds": 1.0, "speed": 5.0})
    record.extend_budget()
    assert record.config() == tiny
    record.extend_budget(100)
    assert record.config().steps == 105
    record.set_facts(progress={"step": 105, "seconds": 1.0, "speed": 5.0})
    record.extend_budget()
    assert record.config().steps == 210


def test_disk_bytes_are_the_files_sizes_also_while_files_vanish(record, monkeypatch):
    (record.folder / "deep").mkdir()
    (record.folder / "deep" / "file").write_bytes(b"x" * 1000)
    sizes = sum(path.stat().st_size for path in record.folder.rglob("*") if path.is_file())
    assert record.disk_bytes() == sizes
    monkeypatch.setattr(
        "ganlab.jobs.folder.os.walk",
        lambda folder: [(str(folder), [], ["gone"]), (str(folder / "deep"), [], ["file"])],
    )
    assert record.disk_bytes() == 1000


def test_facts_are_written_together_or_not_at_all(record):
    with pytest.raises(TypeError):
        record.set_facts(title="changed", words=object())
    assert record.info().title == "one"


def test_many_readers_leave_no_file_open(record):
    files = Path("/proc/self/fd")
    if not files.is_dir():
        pytest.skip("counts file descriptors in /proc")
    before = len(list(files.iterdir()))
    for _ in range(30):
        record.info()
        record.columns()
        connect(record.database).close()
    assert len(list(files.iterdir())) == before
