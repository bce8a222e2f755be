"""The Systems page through AppTest: each panel on a short run of its system, and without any."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.checkpoint import save_run
from ganlab.config import Choice, RunConfig
from ganlab.presets import preset
from ganlab.runs.journal import Journal
from ganlab.runs.store import Store
from ganlab.training.loop import Training
from pages.widgets import system_models

ROOT = Path(__file__).parents[2]
PANELS = {"Codes": ("infogan", 3), "Attributes": ("vae-gan", 2), "Features": ("figan", 1)}


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without the shipped models."""
    monkeypatch.setattr(system_models, "SHIPPED", tmp_path)


def opened(panel: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300).run()
    at.query_params["panel"] = panel
    at.switch_page("pages/explore/systems.py").run()
    assert not at.exception, at.exception
    return at


def a_run(name: str) -> str:
    config: RunConfig = preset(name).with_values({"network.width": 4, "batch": 4})
    record = Store().create(config, f"Short {name}", name)
    training = Training(config, device="cpu")
    training.advance(1)
    save_run(record.checkpoint, training.state)
    progress = {"step": 1, "seconds": 0.1, "speed": 1.0}
    Journal(record, ("d_loss",)).write(facts={"state": "finished", "progress": progress})
    return record.id


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("panel", PANELS)
def test_without_a_model_a_panel_says_how_to_get_one(panel):
    at = opened(panel)
    assert "train one, and it appears here" in at.info[0].value
    assert not at.get("bidi_component")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("panel", PANELS)
def test_a_run_of_the_system_is_found_and_shown(panel):
    name, components = PANELS[panel]
    run = a_run(name)
    at = opened(panel)
    box = at.selectbox(key=f"model.{name}")
    assert box.value == run
    assert len(at.get("bidi_component")) == components
    assert not at.error


@pytest.mark.usefixtures("bare")
def test_a_run_of_another_system_is_not_offered():
    record = Store().create(RunConfig(network=Choice("fast28")), "Digits", "digits")
    Journal(record, ("d_loss",)).write(facts={"progress": {"step": 5, "seconds": 1, "speed": 1}})
    assert "train one" in opened("Codes").info[0].value
