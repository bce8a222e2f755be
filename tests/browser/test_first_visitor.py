"""What a server does before anybody has come."""

import time
from pathlib import Path

import pytest

from ganlab.jobs.store import Store
from tests.browser.streamlit_server import ROOT, serve

pytestmark = pytest.mark.browser


def test_what_trains_is_made_ready_before_the_first_visitor(tmp_path: Path):
    home = tmp_path / "home"
    with serve(ROOT / "app.py", {"GANLAB_HOME": str(home)}):
        deadline = time.monotonic() + 120
        while not (Store(home).root / "device.json").exists():
            assert time.monotonic() < deadline, "the hub waits for a visitor"
            time.sleep(0.1)
