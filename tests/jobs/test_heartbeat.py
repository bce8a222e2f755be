"""Looks at a run: each counts for a moment, and its worker takes more pictures then."""

from ganlab.jobs.controls import WATCHED_SNAPSHOTS
from ganlab.jobs.heartbeat import NAME, is_watched, look_at
from tests.jobs.player import Player, config


def test_a_watched_run_takes_more_pictures_until_nobody_looks(store):
    def pace():
        return run.worker.training.pace.snapshot

    def watched():
        look_at(run.record.folder)  # again and again: a look counts for seconds only
        return pace() == WATCHED_SNAPSHOTS

    with Player(store.create(config())) as run:
        run.until(lambda: run.at() > 0)
        alone = pace()
        assert alone > 1.5 * WATCHED_SNAPSHOTS
        run.until(watched)
        (run.record.folder / NAME).unlink()
        run.until(lambda: pace() == alone)


def test_looks_are_forgotten(tmp_path):
    assert not is_watched(tmp_path)
    look_at(tmp_path)
    assert is_watched(tmp_path)
    assert not is_watched(tmp_path, fresh=-1)
    look_at(tmp_path / "vanished")
