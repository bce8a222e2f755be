"""Threads are taken where cores are free."""

import pytest

from ganlab.training import threads


@pytest.mark.parametrize(
    ("load", "own", "free"),
    [(0.0, 0, 4), (0.4, 0, 4), (1.2, 0, 3), (3.9, 0, 1), (50.0, 0, 1), (4.0, 4, 4), (4.0, 1, 1)],
)
def test_the_load_of_others_is_left_to_them(monkeypatch, load, own, free):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert threads.free_threads(own) == free


def test_a_system_that_tells_no_load_gets_one_thread(monkeypatch):
    monkeypatch.delattr("os.getloadavg", raising=False)
    assert threads.free_threads() == 1
