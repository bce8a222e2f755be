import itertools
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganlab.errors import DiskFull
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.recorder import KEPT, Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset


@pytest.fixture
def record(store, tiny) -> RunFolder:
    return store.create(tiny)


@settings(max_examples=12)
@given(gaps=st.lists(st.integers(1, 40), min_size=1, max_size=1200), reopened=st.integers(0, 1200))
def test_samples_are_thinned_evenly_and_the_first_and_newest_stay(gaps, reopened):
    folder = Path(tempfile.mkdtemp())
    try:
        record = Store(folder).create(preset("digits"))
        recorder = Recorder(record, ())
        recorder._connection.execute("PRAGMA synchronous=OFF")  # the disk's care is not the point
        steps = np.cumsum(gaps).tolist()
        for k, step in enumerate(steps):
            if k == reopened:
                recorder.close()
                recorder = Recorder(record, ())
                recorder._connection.execute("PRAGMA synchronous=OFF")
            recorder.write(sample=(step, b"%d" % step))
        recorder.close()
        kept = record.sample_steps()
        assert len(kept) <= KEPT
        assert (kept[0], kept[-1]) == (steps[0], steps[-1])
        assert set(kept) <= set(steps)
        assert record.sample() == (steps[-1], b"%d" % steps[-1])
        assert record.sample(kept[0]) == (kept[0], b"%d" % kept[0])
        if len(steps) > KEPT:
            # No hole is wider than a few fair shares of the whole run.
            fair = max((steps[-1] - steps[0]) / (KEPT / 2), max(gaps))
            assert max(np.diff(kept)) <= 4 * fair
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(("last", "milestone", "kept"), [(5_000, 100, 100), (20_000, 100, 400)])
def test_samples_at_milestones_stay_until_there_are_too_many(record, last, milestone, kept):
    recorder = Recorder(record, ())
    recorder._connection.execute("PRAGMA synchronous=OFF")
    recorder.milestone = milestone
    for step in range(0, last + 1, 20):
        recorder.write(sample=(step, b"x"))
        if step % 5_000 == 0:
            assert len(record.sample_steps()) <= KEPT
    recorder.close()
    steps = set(record.sample_steps())
    assert set(range(kept, last + 1, kept)) <= steps
    assert len(steps) > KEPT // 2


def test_samples_that_make_way_leave_half_of_them_and_a_smaller_file(record):
    recorder = Recorder(record, ())
    recorder.milestone = 10
    for step in range(64):
        recorder.write(sample=(step, bytes(10_000)))
    left, room = [len(record.sample_steps())], [record.disk_bytes()]
    while recorder.give_way():
        left.append(len(record.sample_steps()))
        room.append(record.disk_bytes())
    recorder.close()
    assert all(0.2 * a <= b <= 0.5 * a or b <= 2 for a, b in itertools.pairwise(left))
    assert all(b < a - 9_000 for a, b in itertools.pairwise(room))
    assert record.sample_steps() == [0, 63]


def test_a_log_that_is_settled_takes_no_room_and_loses_nothing(record):
    recorder = Recorder(record, ())
    for step in range(8):
        recorder.write(sample=(step, bytes(20_000)))
    log = record.folder / "run.db-wal"
    before = log.stat().st_size
    recorder.settle()
    assert before > 100_000
    assert log.stat().st_size == 0
    recorder.close()
    assert record.sample() == (7, bytes(20_000))


def test_everything_of_one_write_is_there_or_nothing(record):
    recorder = Recorder(record, ("a",))
    with pytest.raises(TypeError):
        recorder.write(
            metric=(1, 0.1, {"a": 1.0}),
            sample=(1, b"x"),
            events=[(1, "note", "text")],
            facts={"bad": object()},
        )
    assert record.columns()["step"].size == 0
    assert record.sample() is None
    assert record.events() == []
    recorder.write(metric=(1, 0.1, {"a": 1.0}), events=[(1, "note", "text")])
    recorder.close()
    assert [(event.step, event.kind, event.text) for event in record.events()] == [
        (1, "note", "text")
    ]


def test_a_full_disk_is_told_and_loses_nothing_that_was_written(record):
    recorder = Recorder(record, ("a",))
    pages = recorder._connection.execute("PRAGMA page_count").fetchone()[0]
    recorder._connection.execute(f"PRAGMA max_page_count={pages + 40}")
    written: list[int] = []

    def fill() -> None:
        for step in range(1, 10_000):
            row = (step, step / 10, {"a": float(step)})
            recorder.write(metric=row, sample=(step, os.urandom(3000)))
            written.append(step)

    with pytest.raises(DiskFull, match="free some room"):
        fill()
    assert len(written) > 5
    columns = record.columns()
    np.testing.assert_array_equal(columns["step"], written)
    np.testing.assert_array_equal(columns["a"], written)
    assert record.sample()[0] == written[-1]
    # Once there is room the same journal goes on.
    recorder._connection.execute("PRAGMA max_page_count=1000000")
    recorder.write(metric=(written[-1] + 1, 1.0, {"a": 0.0}))
    recorder.close()
    assert record.columns()["step"][-1] == written[-1] + 1


def test_what_no_checkpoint_holds_can_be_forgotten(record):
    recorder = Recorder(record, ("a",))
    for step in (1, 2, 3):
        recorder.write(metric=(step, 0.1, {}), sample=(step, b"x"), events=[(step, "knob", "{}")])
    assert recorder.forget_after(2)
    assert not recorder.forget_after(2)
    recorder.close()
    assert record.columns()["step"].tolist() == [1, 2]
    assert record.sample_steps() == [1, 2]
    assert [event.step for event in record.events()] == [1, 2]


def test_commands_are_seen_whenever_they_come(record):
    recorder = Recorder(record, ())
    seen = []
    for k in range(20):
        number = record.command("turn", value=k)
        if k % 3 == 0:
            record.set_facts(title=str(k))
        for found, verb, _ in recorder.commands():
            assert verb == "turn"
            seen.append(found)
            recorder.answer(found, "")
        assert seen[-1] == number
    assert len(seen) == len(set(seen)) == 20
    recorder.close()
