"""Looking back at a run: the slider over what it has kept, where runs are shown."""

import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from ganlab.export.files import grid_png
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.kept_states import state_file
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from ganlab.trained.generator import find_checkpoint, load
from ganlab.training.checkpoint import save_run
from ganlab.training.loop import Training
from pages.widgets import time_machine
from tests.pages.test_pages import a_run, everything_said, opened

COMPARE = "pages/train/compare_runs.py"


def a_kept_run(name: str, steps: tuple[int, ...] = (1, 2, 3)) -> RunFolder:
    """A run with a state of each of the steps, the last one as its checkpoint."""
    config = preset(name).with_values({"network.width": 4, "batch": 4})
    record = Store().create(config, f"Short {name}", name)
    training = Training(config, device="cpu")
    for step in steps:
        training.advance(1)
        path = state_file(record, step) if step < steps[-1] else record.checkpoint
        path.parent.mkdir(exist_ok=True)
        save_run(path, training.state)
    progress = {"step": steps[-1], "seconds": 0.1, "speed": 1.0}
    facts = {"state": "finished", "progress": progress, "checkpoint_step": steps[-1]}
    Recorder(record, ("d_loss",)).write(facts=facts)
    return record


def test_a_state_of_the_past_is_found_by_its_name_and_is_another_g():
    record = a_kept_run("digits")
    past, now = load(f"{record.id}@1"), load(record.id)
    assert (past.name, now.name) == (f"{record.id}@1", record.id)
    assert find_checkpoint(past.name) == state_file(record, 1) == past.file
    assert past.mark != now.mark
    assert torch.equal(past.z(4), now.z(4))


SHOWN = {
    "Digits": ("pages/explore/digits.py", "cgan-digits", "model", {}),
    "Latent space": ("pages/explore/latent_space.py", "digits", "model", {}),
    "Systems": ("pages/explore/systems.py", "infogan", "model.infogan", {"panel": "Codes"}),
}


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_that_shows_a_model_looks_at_any_state_that_its_run_has_kept(page, monkeypatch):
    file, name, key, query = SHOWN[page]
    record = a_kept_run(name)
    chosen = []
    whole = time_machine.stored_states
    monkeypatch.setattr(time_machine, "stored_states", lambda run: chosen.append(run) or whole(run))
    app = opened(file, **query)
    if app.selectbox(key=key).value != record.id:
        app.selectbox(key=key).set_value(record.id).run()
    slider = app.select_slider(key=f"{key}.at.{record.id}")
    assert slider.options == ["1", "2", "3"]
    assert slider.value == 3
    slider.set_value(1).run()
    assert not app.error
    assert app.select_slider(key=f"{key}.at.{record.id}").value == 1
    assert chosen[-1] == record.id


@pytest.mark.parametrize("page", ["Latent space", "Systems"])
def test_a_state_that_vanishes_before_it_is_read_is_one_sentence(page, monkeypatch):
    file, name, key, query = SHOWN[page]
    record = a_kept_run(name)
    monkeypatch.setattr(time_machine, "state_file", lambda record, step: record.folder / "gone")
    app = opened(file, **query)
    if app.selectbox(key=key).value != record.id:
        app.selectbox(key=key).set_value(record.id).run()
    app.select_slider(key=f"{key}.at.{record.id}").set_value(1).run()
    (error,) = app.error
    assert error.value.endswith("gone cannot be read (No such file or directory): choose another.")


def test_a_page_begins_anew_where_a_run_has_thinned_out_the_state_that_it_reads(tmp_path):
    def script(folder: str) -> None:
        from pathlib import Path

        import streamlit as st

        from pages.widgets.time_machine import still_there

        states = sorted(Path(folder).glob("*.state"))
        with still_there(states[-1]):
            if len(states) > 1:
                states[-1].unlink()
            st.write(f"read {states[-1].read_text()}")

    for step in (1, 2):
        (tmp_path / f"{step}.state").write_text(str(step))
    app = AppTest.from_function(script, args=(str(tmp_path),)).run()
    assert [one.value for one in app.markdown] == ["read 1"]


def test_one_state_alone_needs_no_slider():
    a_kept_run("infogan", (1,))
    app = opened("pages/explore/systems.py", panel="Codes")
    assert not [one for one in app.select_slider if ".at." in str(one.key)]


def test_compared_runs_look_back_together():
    short, long = a_run(rows=5, title="Short"), a_run(rows=9, title="Long")
    app = opened(COMPARE, runs=f"{short},{long}")
    assert "As it drew" not in everything_said(app)
    slider = app.select_slider(key=f"moment.{short}.{long}")
    assert slider.value == 9
    slider.set_value(7).run()
    told = re.findall(r"As it drew at step (\d+)", everything_said(app))
    assert told == ["5", "7"]
    pictures = [time_machine.pictures_at(run, 7)[1] for run in (short, long)]
    wanted = ((short, 5), (long, 7))
    assert pictures == [grid_png(Store().open(run), at) for run, at in wanted]


def test_who_looks_at_the_newest_stays_with_it_and_who_looks_back_stays_there():
    def script(steps: list[int]) -> None:
        import streamlit as st

        from pages.widgets.time_machine import step_slider

        st.write(f"at {step_slider('At step', steps, 'at')}")

    app = AppTest.from_function(script, args=([1, 2],)).run()
    assert app.markdown[0].value == "at 2"
    app.args = ([1, 2, 3],)
    assert app.run().markdown[0].value == "at 3"
    app.select_slider(key="at").set_value(1).run()
    app.args = ([1, 2, 3, 4],)
    assert app.run().markdown[0].value == "at 1"
    app.args = ([3, 4],)  # the state was thinned out
    assert app.run().markdown[0].value == "at 3"
