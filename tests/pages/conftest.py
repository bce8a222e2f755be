"""Pages in AppTest: each test has a home of its own, and no hub starts a process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from ganlab.jobs.hub import Hub

ROOT = Path(__file__).parents[2]


class Launches:
    """A launcher that only writes down what it was asked for."""

    def __init__(self) -> None:
        self.launched: list[str] = []

    def warm_up(self) -> None: ...

    def probe(self, path) -> None:
        path.write_text('{"device": "cpu", "name": "CPU (a fake)", "cores": 2}')

    def launch(self, folder, device) -> None:
        self.launched.append(folder.name)

    def close(self) -> None: ...


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
