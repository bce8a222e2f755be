"""Pages in AppTest: a home of its own for each test, no hub that starts a process, no exception."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ElementTree

from ganlab.jobs.hub import Hub
from tests.launches import Launches

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_exception(monkeypatch) -> None:
    """A test fails as soon as a run of its page raises."""
    run = ElementTree.run

    def checked(self: ElementTree, *, timeout: float | None = None) -> AppTest:
        app = run(self, timeout=timeout)
        assert not app.exception, app.exception
        return app

    monkeypatch.setattr(ElementTree, "run", checked)


@pytest.fixture(autouse=True)
def lab(tmp_path, monkeypatch) -> Iterator[Path]:
    """A home of one's own, and hubs that start no process and end with the test."""
    hubs: list[Hub] = []
    begin = Hub.__init__

    def remembered(self, *arguments, **options):
        begin(self, *arguments, **options)
        hubs.append(self)

    monkeypatch.setenv("GANLAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("ganlab.jobs.hub.Launcher", Launches)
    monkeypatch.setattr(Hub, "__init__", remembered)
    monkeypatch.chdir(ROOT)
    st.cache_resource.clear()
    yield tmp_path / "home"
    for hub in hubs:
        hub.close()
    st.cache_resource.clear()
