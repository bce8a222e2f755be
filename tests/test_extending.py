"""The examples of CONTRIBUTING.md, each found in form, command line, a worker's run and a chart."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.cli.evaluate import as_lines
from ganlab.evaluation.report import evaluate
from ganlab.jobs.launcher import Launcher
from ganlab.jobs.quality_history import row_of
from ganlab.jobs.store import Store
from ganlab.metrics.scores import in_short
from ganlab.presets import preset
from ganlab.registry import find, table
from ganlab.theory.loss_shapes import d_curve, g_curve
from ganlab.trained.generator import load
from pages.widgets import quality_curve
from tests.pages.runs import short_run
from tests.pages.test_inside import INSIDE
from tests.pages.test_inside_runs import all_said
from tests.pages.test_pages import opened as page_opened
from tests.pages.widgets.test_run_form import keys, opened

ROOT = Path(__file__).parents[1]
LOSS, PENALTY, DATA, NETWORKS, DECAY, METRIC, PRESET, FIELD, USE = re.findall(
    r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
)
FILES = {
    "margin.py": LOSS,
    "level.py": PENALTY,
    "bars.py": DATA,
    "shallow.py": NETWORKS,
    "late.py": DECAY,
    "shift.py": METRIC,
    "few.py": PRESET,
}
VALUES = {
    "loss": "margin",
    "loss.width": 3.0,
    "penalties": "level",
    "d_optimizer.decay": "late",
    "steps": 12,
}
ON_PICTURES = {
    "data": "bars",
    "data.width": 3,
    "network": "shallow",
    "network.units": 8,
    "steps": 4,
}


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """The folder of the examples, as the environment names it."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("GANLAB_PLUGINS", str(tmp_path))
    assert registry.plugin_errors() == ()
    yield tmp_path
    monkeypatch.delenv("GANLAB_PLUGINS")
    registry.plugin_errors()


@pytest.mark.parametrize(
    ("text", "most"),
    [
        *((one, 15) for one in (LOSS, PENALTY, DECAY, PRESET)),
        *((one, 20) for one in (DATA, NETWORKS, METRIC)),
    ],
)
def test_an_example_is_short_and_as_ruff_writes_it(text, most):
    assert len(text.splitlines()) <= most
    ruff = [sys.executable, "-m", "ruff", "format", "--check", "-"]
    done = subprocess.run(ruff, input=text, text=True, cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("plugins")
def test_the_form_offers_them_with_their_parameters():
    app = opened("ring")
    app.selectbox(key="form.loss").set_value("margin")
    app.multiselect(key="form.penalties").set_value(["level"])
    app.selectbox(key="form.d_optimizer.decay").set_value("late").run()
    assert {"form.margin.width", "form.level.gamma"} <= keys(app)
    app.number_input(key="form.margin.width").set_value(3.0).run()
    said = app.session_state["said"].flat()
    assert {name: said[name] for name in VALUES if name != "steps"} == {
        name: value for name, value in VALUES.items() if name != "steps"
    }


@pytest.mark.usefixtures("plugins")
def test_the_form_offers_pictures_and_the_networks_that_fit_them():
    app = AppTest.from_function(choose_pictures, default_timeout=60).run()
    app.selectbox(key="form.data").set_value("bars").run()
    app.selectbox(key="form.network").set_value("shallow").run()
    app.number_input(key="form.bars.width").set_value(3)
    app.number_input(key="form.shallow.units").set_value(8).run()
    assert not app.exception
    assert app.session_state["said"].with_values({"steps": 4}) == preset("digits").with_values(
        ON_PICTURES
    )


def choose_pictures() -> None:
    """The two forms of the page of image GANs."""
    import streamlit as st

    from ganlab.presets import preset
    from pages.widgets.data_form import data_form
    from pages.widgets.run_form import run_form

    config = data_form(preset("digits"), key="form")
    st.session_state["said"] = run_form(config, key="form")


@pytest.mark.usefixtures("plugins")
def test_pages_look_inside_a_run_on_them():
    run = short_run(preset("digits").with_values(ON_PICTURES))
    said = all_said(run)
    assert "of 400 real pictures real" in said["D's eye"]
    assert page_opened(INSIDE, run=run).get("plotly_chart")


@pytest.mark.usefixtures("plugins")
def test_each_has_its_place_on_the_page_of_losses():
    page = AppTest.from_file(str(ROOT / "pages/understand/loss_dynamics.py"), default_timeout=30)
    page.session_state["loss"] = ["margin", "hinge"]
    page.run()
    assert not page.exception
    (chart, *_) = page.get("plotly_chart")
    assert "margin" in {trace.get("name") for trace in json.loads(chart.proto.spec)["data"]}
    assert "A wider hinge." in "\n".join(one.value for one in page.caption)
    assert float(d_curve("margin", 0.5, 0.5).loss) == pytest.approx(1.5 + 2.5)
    assert float(d_curve("margin", 0.5, 0.5).by_real) == -1.0
    assert float(g_curve("margin", 0.5, 0.5).loss) == -0.5


def test_the_command_line_lists_them_and_trains_with_them(plugins, tmp_path_factory):
    environment = os.environ | {"GANLAB_PLUGINS": str(plugins)}

    def ganlab(*words):
        command = [sys.executable, "-m", "ganlab", *words, "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    assert ganlab("settings", "loss")["loss"]["margin"]["parameters"]["width"]["default"] == 2.0
    assert ganlab("settings", "network")["network"]["shallow"]["summary"] == "One hidden layer."
    assert ganlab("settings", "metric")["metric"]["shift"]["direction"] == "lower"
    assert ganlab("presets")["presets"]["few-digits"]["config"]["steps"] == 12
    assert ganlab("info")["plugins"] == [
        "data bars",
        "preset few-digits",
        "decay late",
        "penalty level",
        "loss margin",
        "network shallow",
        "metric shift",
    ]
    values = [f"--set={name}={value}" for name, value in VALUES.items()]
    assert ganlab("train", "ring", *values)["status"] == "finished"


@pytest.mark.parametrize(("name", "values"), [("ring", VALUES), ("digits", ON_PICTURES)])
def test_a_worker_process_trains_with_them_and_without_them_says_what_is_missing(
    plugins, monkeypatch, name, values
):
    config = preset(name).with_values(values)
    with_them, without = (Store().create(config, "Mine", name) for _ in range(2))
    assert trained_by_a_worker(with_them).state == "finished"
    monkeypatch.setenv("GANLAB_PLUGINS", "")
    info = trained_by_a_worker(without)
    assert info.state == "failed"
    assert "must be one of" in info.words
    assert "GANLAB_PLUGINS" in info.words


@pytest.mark.usefixtures("plugins")
def test_a_preset_is_offered_and_a_metric_of_its_run_stands_in_line_table_and_chart(monkeypatch):
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    page.switch_page("pages/train/image_gans.py").run()
    assert "A few steps" in page.selectbox("preset").options
    record = Store().create(preset("few-digits"), "Mine", "few-digits")
    info = trained_by_a_worker(record)
    assert info.quality["shift"] > 10 * info.quality["shift_floor"] > 0
    assert f"shift {info.quality['shift']:.3f} (real " in in_short(info.quality)
    again = dict(info.quality, step=24, shift=1.0)
    view = SimpleNamespace(info=info, qualities=[row_of(info.quality), row_of(again)])
    drawn = []
    monkeypatch.setattr(quality_curve, "live_chart", lambda **given: drawn.append(given))
    assert quality_curve.quality_curve(cast(Any, view), [])
    titles = {one["title"]: one["columns"] for one in drawn}
    assert list(titles["Shift (N = 898)"]["898"]) == [info.quality["shift"], 1.0]
    scores = evaluate(load(str(record.id), "cpu"), n=100)
    assert scores["shift"] > 0
    assert any(line.startswith("shift ") for line in as_lines(scores))


def test_a_preset_without_a_configuration_is_said_and_left_out(plugins, monkeypatch):
    (plugins / "few.py").write_text(PRESET.replace('"steps"', '"paces"'), encoding="utf-8")
    monkeypatch.setenv("GANLAB_PLUGINS", f"{plugins}/.")
    (error,) = registry.plugin_errors()
    assert error.startswith("the preset few-digits cannot be used (")
    assert "few-digits" not in table("preset")


def trained_by_a_worker(record):
    launcher = Launcher()
    try:
        launcher.launch(record.folder, "cpu")
        deadline = time.monotonic() + 120
        while record.info().state not in ("finished", "failed", "diverged"):
            assert time.monotonic() < deadline, record.info().state
            time.sleep(0.05)
    finally:
        launcher.close()
    return record.info()


@pytest.mark.usefixtures("plugins")
def test_a_loss_by_autograd_is_what_it_would_be_in_closed_form():
    real, fake = torch.linspace(-4, 4, 9), torch.linspace(4, -4, 9)
    margin, hinge = find("loss", "margin"), find("loss", "hinge")
    from ganlab.objective.losses import functions_of

    mine = functions_of(margin, {"width": 1.0}).d_slopes(real + 0.1, fake)
    theirs = functions_of(hinge, {}).d_slopes(real + 0.1, fake)
    for found, wanted in zip(mine, theirs, strict=True):
        torch.testing.assert_close(found, wanted)
    assert list(table("loss"))[-1] == "margin"


KNOB = """
import json, sys
import torch
from streamlit.testing.v1 import AppTest
from ganlab.presets import preset
from ganlab.training.loop import Training
from tests.pages.widgets.test_run_form import keys, opened

assert "form.g_clip" in keys(opened("ring"))
training = Training(preset("ring").with_values({"g_clip": "0.001", "steps": 2}), device="cpu")
list(training)
assert max(float(w.abs().max()) for w in training.state.g_weights) <= 0.001 + 1e-9
"""


def test_a_knob_is_a_field_with_its_record_and_its_use(tmp_path):
    """In a copy of the lab, with the two places of the example put in."""
    copy = tmp_path / "lab"
    for name in ("ganlab", "pages", "tests", "assets"):
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    settings, step = copy / "ganlab/config/settings.py", copy / "ganlab/training/step.py"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before.replace("    batch: int =", FIELD + "    batch: int ="), "utf-8")
    text = step.read_text(encoding="utf-8")
    used = "    state.g_steps += 1\n"
    assert text.count(used) == 1
    step.write_text(text.replace(used, USE + used), encoding="utf-8")

    def run(*words):
        return subprocess.run(
            [sys.executable, *words], cwd=copy, check=False, capture_output=True, text=True
        )

    listed = run("-m", "ganlab", "settings", "--json")
    assert json.loads(listed.stdout)["settings"]["g_clip"]["range"] == [0.0, 100.0]
    done = run("-c", KNOB)
    assert done.returncode == 0, done.stderr
