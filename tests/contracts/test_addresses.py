"""Every address of earlier days is served, and what it holds is understood."""

import shutil

import pytest
import torch

from tests.contracts import adapters, addresses, stored_home
from tests.contracts.recorded import table

RECORDED = table("addresses")


def named(entry):
    """An entry in a word for pytest."""
    query = "&".join(f"{name}={str(value)[:20]}" for name, value in entry["query"].items())
    return f"{entry['page']}?{query}"[:80]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    return stored_home.unpack(tmp_path_factory.mktemp("stored") / "home")


@pytest.fixture
def home(unpacked, tmp_path, monkeypatch):
    """A copy of the stored home, in force, and pages that start no process."""
    torch.set_num_threads(1)
    monkeypatch.setenv("GANLAB_HOME", str(shutil.copytree(unpacked, tmp_path / "home")))
    monkeypatch.chdir(adapters.ROOT)
    with adapters.no_workers():
        yield tmp_path / "home"


def test_every_page_is_served_at_its_address():
    assert set(RECORDED["pages"]) <= set(adapters.page_files())


def test_every_page_with_parameters_has_an_entry_and_every_panel_one():
    pages = {entry["page"] for entry in RECORDED["parameters"]}
    assert pages == set(RECORDED["pages"]) - {"", "runs"}


@pytest.mark.slow
@pytest.mark.parametrize("entry", RECORDED["parameters"], ids=named)
def test_an_address_leads_to_what_it_led_to(home, entry):
    found = addresses.shown(entry)
    assert found["exceptions"] == []
    assert found["title"] == entry["title"]
    assert found["widgets"] == entry["widgets"]
    assert found["errors"] == entry["errors"]


def test_the_runs_page_lists_every_run(home):
    app = addresses.opened("runs", {})
    assert not app.exception
    assert not app.error
    said = "\n".join(str(one.value) for one in (*app.markdown, *app.caption, *app.text_input))
    shown = [info for info in adapters.listed() if info.state != "unreadable"]
    unnamed = [info.title for info in shown if info.title not in said]
    assert unnamed == []
    assert said.count("unreadable") >= 4


def test_home_opens_on_a_stored_home(home):
    app = addresses.opened("", {})
    assert not app.exception
    assert not app.error
