"""Every page once through AppTest: it opens without an exception, titled, with its widgets."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab.bench.published import reached
from ganlab.jobs.database import connect
from ganlab.jobs.hub import Hub
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import to_png
from ganlab.jobs.store import Store
from ganlab.presets import objective, preset
from ganlab.registry import Preset, find
from pages.widgets import measured_messages

ROOT = Path(__file__).parents[2]
SECONDS = 60
HOME, TRAIN, RUNS = ("pages/start/home.py", "pages/train/image_gans.py", "pages/train/runs.py")

PAGES = [
    (HOME, "ganlab", {"button": 3}),
    (TRAIN, "Train an image GAN", {"selectbox": 3, "select_slider": 2, "button": 2}),
    (RUNS, "Runs", {}),
    ("pages/understand/loss_dynamics.py", "Loss dynamics", {}),
]


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(page).run() if page != HOME else app


def everything_said(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.error, *app.info))


def a_run(state: str = "finished", rows: int = 50, title: str = "A run") -> str:
    record = Store().create(preset("digits"), title, "digits")
    recorder = Recorder(record, ("d_loss", "g_loss", "d_real", "d_fake", "g_gradient"))
    for step in range(1, rows + 1):
        scalars = {"d_loss": 1.4, "g_loss": 0.7, "d_real": 0.5, "d_fake": 0.5, "g_gradient": 1.0}
        picture = to_png(np.full((224, 224), step, np.uint8))
        recorder.write(metric=(step, step / 10, scalars), sample=(step, picture))
    recorder.write(
        facts={
            "state": state,
            "words": "Some words.",
            "progress": {"step": rows, "seconds": rows / 10, "speed": 10.0},
            "diagnosis": [
                {"kind": "good", "name": "balanced", "sentence": "In balance.", "advice": "Go on."}
            ],
        }
    )
    recorder.close()
    return record.id


@pytest.mark.parametrize(("page", "title", "least"), PAGES, ids=[page[0] for page in PAGES])
def test_a_page_opens_with_its_title_and_widgets(page, title, least):
    app = opened(page)
    assert not app.error
    assert [one.value for one in app.title] == [title]
    for kind, count in least.items():
        assert len(app.get(kind)) >= count, kind


@pytest.mark.parametrize("page", [HOME, TRAIN, RUNS])
def test_an_unusable_store_is_one_sentence(page, lab):
    lab.write_text("no folder")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    if page != HOME:
        app.switch_page(page).run()
    (error,) = app.error
    assert "GANLAB_HOME" in error.value
    assert error.value.count("\n") == 0


@pytest.mark.parametrize("name", ["nonsense", "../../etc", "a b", "x" * 500])
def test_a_run_that_is_not_there_is_one_sentence_with_a_way_on(name):
    app = opened(TRAIN, run=name)
    (error,) = app.error
    assert error.value.startswith("There is no run")
    assert app.get("page_link"), "a way on"


def test_a_run_does_not_say_in_words_what_its_badge_says():
    run = a_run("stopped")
    assert "Some words." in everything_said(opened(RUNS))
    Store().open(run).set_facts(words="Stopped.")
    assert "Stopped." not in everything_said(opened(RUNS))


def test_a_damaged_run_is_told_on_its_page_and_hides_no_other_on_the_runs_page():
    good, bad = a_run(title="Good one"), a_run(title="Bad one")
    Store().open(bad).database.write_bytes(b"no database" * 500)
    app = opened(TRAIN, run=bad)
    (error,) = app.error
    assert "damaged" in error.value
    listed = opened(RUNS)
    said = everything_said(listed)
    assert "Good one" in said
    assert "unreadable" in said
    assert [one.key for one in listed.button if one.key == f"open.{good}"]
    assert not [one.key for one in listed.button if one.key == f"open.{bad}"]
    home = opened(HOME)
    assert not home.error


STATES = {
    "queued": {"stop", "new-run"},
    "lost": {"resume", "new-run"},
    "finished": {"resume", "new-run"},
    "stopped": {"resume", "new-run"},
    "diverged": {"resume", "new-run"},
    "failed": {"resume", "new-run"},
}


@pytest.mark.parametrize("state", STATES)
def test_a_run_in_every_state_shows_the_buttons_that_fit(state):
    run_id = a_run("running" if state == "lost" else state)
    app = opened(TRAIN, run=run_id)
    assert len(app.error) == (state in ("lost", "diverged", "failed"))
    assert {one.key for one in app.button} == STATES[state]
    watching = 2 * (state == "queued")  # over the polling
    assert len(app.get("bidi_component")) == 5 + watching
    assert "In balance." in everything_said(app)
    if state != "queued":
        assert len(app.get("download_button")) == 2  # no checkpoint; films stand apart


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_run_under_way_can_be_steered(state):
    run_id = a_run(state)
    with Store().open(run_id).lock():
        app = opened(TRAIN, run=run_id)
        keys = {one.key for one in app.button}
        assert keys >= ({"pause", "stop"} if state == "running" else {"resume", "step", "stop"})
        assert len(app.get("select_slider")) == 2
        (k,) = [one for one in app.slider if one.key.endswith(".k")]
        k.set_value(3).run()
    connection = connect(Store().open(run_id).database)
    rows = connection.execute("SELECT verb, argument FROM command").fetchall()
    connection.close()
    assert rows == [("turn", '{"name": "d_steps", "value": 3}')]


def test_start_on_home_makes_a_run_and_opens_it():
    app = opened(HOME)
    app.button("start.digits").click().run()
    (info,) = Store().infos()
    assert (info.preset, info.state) == ("digits", "queued")
    assert info.config == preset("digits").to_json()


@pytest.mark.parametrize("name", ["digits", "vanilla-mnist"])
def test_the_form_untouched_is_the_preset_and_a_turned_knob_is_in_the_run(name):
    app = opened(TRAIN)
    app.selectbox("preset").set_value(name).run()
    app.number_input(f"form.{name}.steps").set_value(1234).run()
    (start,) = [one for one in app.button if one.label == "Start"]
    start.click().run()
    (info,) = Store().infos()
    expected = preset(name).with_values({"steps": 1234})
    assert info.config == expected.to_json()


@pytest.mark.parametrize("name", ["figan", "dcgan-cifar10"])
def test_a_preset_of_the_literature_is_explained_where_it_is_started(name):
    app = opened(TRAIN, preset=name)
    said, one, came_to = everything_said(app), find(Preset, name), reached(name)
    assert all(
        words in said for words in (one.idea, one.recipe, *one.look, one.paper or one.source)
    )
    formulas = "".join(box.value for box in app.latex)
    assert all(formula in formulas for formula in objective(one))
    assert (came_to is None) == (name == "dcgan-cifar10")
    assert not came_to or f"Fréchet distance {came_to.frechet:.2f}, where real" in said
    assert not came_to or "a small lead of one system over another means nothing" in said


def test_a_damaged_table_of_what_presets_came_to_is_one_sentence_on_the_form(monkeypatch, tmp_path):
    (tmp_path / "systems.json").write_text("[]")
    monkeypatch.setattr(measured_messages, "reached", lambda name: reached(name, tmp_path))
    app = opened(TRAIN, preset="r3gan")
    (error,) = app.error
    assert error.value.startswith("systems.json holds no comparison")
    assert "Start" in [one.label for one in app.button]


def test_a_run_is_renamed_and_deleting_asks_first():
    run_id = a_run()
    app = opened(RUNS)
    (title,) = [one for one in app.text_input if one.label == "Title"]
    title.set_value("Another name")
    (rename,) = [one for one in app.button if one.label == "Rename"]
    rename.click().run()
    assert Store().open(run_id).info().title == "Another name"
    app.button(f"delete.{run_id}").click().run()
    assert {"Delete it", "Keep it"} <= {one.label for one in app.button}
    assert Store().open(run_id).info().title == "Another name"


def test_a_second_server_says_that_another_one_launches(lab):
    other = Hub(Store())
    assert other.leads
    app = opened(HOME)
    assert any("Another ganlab server" in one.value for one in app.info)
