"""What a server does before anybody has come."""

from pathlib import Path

import pytest

from ganlab.jobs.store import Store
from tests.browser.streamlit_server import ROOT, serve
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_what_trains_is_made_ready_before_the_first_visitor(tmp_path: Path):
    home = tmp_path / "home"
    with serve(ROOT / "app.py", {"GANLAB_HOME": str(home)}):
        until((Store(home).root / "device.json").exists, "the hub, which waits for a visitor")
