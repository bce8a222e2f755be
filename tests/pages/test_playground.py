"""The Playground through AppTest, on a server that starts no worker."""

import threading
from types import SimpleNamespace

import pytest
import streamlit as st

from ganlab.config.share_link import Shared, write_link
from ganlab.errors import RunError
from ganlab.jobs.info import RunInfo
from ganlab.jobs.store import Store
from ganlab.presets import preset
from ganlab.registry import Loss, find
from pages.train.playground_hint import COLLAPSE, SEEN_AFTER, seen
from pages.widgets import clicks, playback, playground_charts, playground_controls, resume
from pages.widgets.messages import duration
from pages.widgets.visitor import Visitor
from tests.config.test_share_link import packed, whole
from tests.pages.test_pages import everything_said, opened
from tests.waiting import until

PAGE = "pages/train/playground.py"


def labels(app):
    return [one.label for one in app.button]


def test_it_opens_on_a_trained_state_and_starts_nothing():
    app = opened(PAGE)
    assert not app.error
    assert [one.value for one in app.header] == ["Playground"]
    assert "Try this first" in everything_said(app)
    assert "8 of 8 modes" in everything_said(app)
    assert {"Play", "Step", "D", "G", "Undo", "Reset", "New seed", "Slow motion"} <= set(
        labels(app)
    )
    assert Store().records() == []


def test_the_hints_steps_tick_themselves_off_and_stay_while_runs_change():
    app = opened(PAGE)
    assert all(f"gray[:material/circle:] {k}. " in everything_said(app) for k in (1, 2, 3))
    next(one for one in app.button if one.label == "Open the collapse").click().run()
    (record,) = Store().records()
    assert record.config() == COLLAPSE
    said = everything_said(app)
    assert "check_circle:] 2. Press **Open the collapse**" in said
    assert "gray[:material/circle:] 3. Wait" in said
    record.set_facts(progress={"step": SEEN_AFTER, "seconds": 1.0, "speed": 9.0})
    assert seen(record.info()) == {2, 3}
    next(one for one in app.button if one.label == "Hide").click().run()
    assert "Try this first" not in everything_said(app)


def test_the_hint_can_be_hidden_where_it_first_stands():
    app = opened(PAGE)
    next(one for one in app.button if one.label == "Hide").click().run()
    assert "Try this first" not in everything_said(app)
    assert "Try this first" not in everything_said(app.run())


@pytest.mark.parametrize(("host", "warned"), [("localhost", True), ("gan.example.org", False)])
def test_a_link_to_this_machines_own_name_is_said_to_open_nowhere_else(monkeypatch, host, warned):
    context = SimpleNamespace(url=f"http://{host}:8501/playground?x=1", theme=st.context.theme)
    monkeypatch.setattr(playground_controls.st, "context", context)
    app = opened(PAGE)
    next(one for one in app.button if one.label == "Share").click().run()
    assert app.code[0].value.startswith(f"http://{host}:8501/playground?share=")
    assert ("others cannot open it" in everything_said(app)) is warned


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("non-saturating", "At 50 % either G has won or D knows nothing."),
        ("wasserstein", "Scores of this loss have no fixed zero"),
        ("hinge", "0 is the border here"),
    ],
)
def test_every_chart_names_its_unit_and_d_is_read_by_its_loss(monkeypatch, ring_run, loss, words):
    drawn = {}
    monkeypatch.setattr(
        playground_charts, "live_chart", lambda **given: drawn.update({given["title"]: given})
    )
    record = ring_run()
    record.set_facts(config=record.info().config | {"loss": {"name": loss}})
    assert not opened(PAGE, run=record.id).error
    assert len(drawn) == 4
    for one in drawn.values():
        assert one.get("y_label") or one.get("y_format") == "percent"
    assert drawn["Losses"]["y_label"] == find(Loss, loss).unit
    assert words in drawn["How often D is right"]["caption"]
    assert "over the steps since the point before" in drawn["How often D is right"]["caption"]


def test_a_finished_run_is_shown_with_its_knobs(ring_run):
    record = ring_run()
    app = opened(PAGE, run=record.id)
    assert "Trained" in everything_said(app)
    assert "step 12 of 12" in everything_said(app)
    loss = next(one for one in app.selectbox if one.label == "Loss")
    assert loss.value == "relativistic"


def test_other_data_start_a_run_with_the_knobs_as_they_are():
    app = opened(PAGE)
    box = next(one for one in app.selectbox if one.label == "Data")
    box.select("data spiral").run()
    (record,) = Store().records()
    assert record.config().data.name == "spiral"
    assert record.config().loss.name == "relativistic"
    assert app.query_params["run"] in (record.id, [record.id])


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("nonsense!", "cannot be read"),
        (packed(whole(v=99)), "newer ganlab"),
        (packed(whole(config={"loss": "magic"})), "Loss must be one of"),
        (write_link(Shared(preset("digits"))), "pictures"),
    ],
)
def test_a_link_that_cannot_be_opened_gets_one_sentence_and_the_page_stays(link, words):
    app = opened(PAGE, share=link)
    (error,) = app.error
    assert words in error.value
    assert "\n" not in error.value
    assert "Play" in labels(app)
    assert Store().records() == []


def test_a_link_starts_its_run_with_its_script():
    turn = {"step": 5, "name": "loss", "old": "relativistic", "new": "hinge"}
    shared = Shared(preset("ring").with_values({"seed": 77}), (turn,), 40, "From a friend")
    app = opened(PAGE, share=write_link(shared))
    (record,) = Store().records()
    facts = record.facts()
    assert (facts["script"], facts["halts"]) == ([turn], [40])
    assert record.config().seed == 77
    assert "From a friend" in everything_said(app)


@pytest.mark.parametrize("wanted", ["no-such-run", "../../etc"])
def test_a_run_that_is_not_there_is_told(wanted):
    app = opened(PAGE, run=wanted)
    assert "no run" in app.error[0].value
    assert "Play" in labels(app)


def test_a_run_on_pictures_is_sent_elsewhere():
    record = Store().create(preset("digits"), "Digits", "digits")
    app = opened(PAGE, run=record.id)
    assert "Image GANs page" in app.error[0].value


def test_a_bad_csv_gets_one_sentence():
    app = opened(PAGE)
    next(one for one in app.selectbox if one.label == "Data").select("upload").run()
    box = app.get("file_uploader")[0]
    box.upload("a.csv", b"1,2\nthree,4\n", "text/csv").run()
    assert "Row 2 must hold two numbers" in app.error[0].value
    assert Store().records() == []


def test_choosing_the_data_that_are_shown_leads_back_from_the_file_box_and_starts_nothing():
    app = opened(PAGE)
    box = next(one for one in app.selectbox if one.label == "Data")
    shown = box.value
    box.select("upload").run()
    assert app.get("file_uploader")
    next(one for one in app.selectbox if one.label == "Data").select(shown).run()
    assert not app.get("file_uploader")
    assert Store().records() == []


def speed_slider(app):
    return next(one for one in app.select_slider if one.label == "Steps a second")


def test_the_speed_belongs_to_the_run_and_every_tab_shows_it(ring_run):
    record = ring_run()
    app, other = (opened(PAGE, run=record.id) for _ in range(2))
    assert speed_slider(app).value == 0.0
    speed_slider(app).set_value(5.0).run()
    assert record.info().speed_limit == 5.0
    assert speed_slider(other.run()).value == 5.0
    assert speed_slider(opened(PAGE, run=record.id)).value == 5.0
    assert speed_slider(opened(PAGE)).value == 0.0


def test_a_run_on_its_way_to_a_shared_step_says_how_far_it_is(ring_run):
    record = ring_run()
    record.set_facts(
        state="queued", halts=[48], progress={"step": 12, "seconds": 1.0, "speed": 6.0}
    )
    app = opened(PAGE, run=record.id)
    (bar,) = app.get("progress")
    assert bar.proto.value == 25
    assert f"step 48, where it was shared: {duration(6.0)} left" in bar.proto.text


def test_knobs_that_are_seldom_turned_wait_in_a_drawer(ring_run):
    app = opened(PAGE, run=ring_run().id)
    assert "Averaging of G" not in [one.label for one in app.slider]
    assert "More knobs" in [one.label for one in app.expander]
    app.session_state["more knobs"] = True
    app.run()
    assert "Averaging of G" in [one.label for one in app.slider]


def test_where_there_is_no_place_to_train_no_copy_is_left_behind(monkeypatch):
    monkeypatch.setattr("pages.widgets.resume.QUEUE_PATIENCE", 0.0)
    monkeypatch.setenv("GANLAB_MAX_RUNS", "1")
    other = Store().create(preset("ring"), "Another's", "ring")
    Store().enqueue(other.id)
    app = opened(PAGE)
    until(lambda: not Store().queue(), "the other takes the one place", 30)
    next(one for one in app.button if one.label == "Reset").click().run()
    assert "try again in a moment" in app.toast[0].value
    assert [record.id for record in Store().records()] == [other.id]
    assert Store().queue() == []
    assert "Try this first" in everything_said(app)


def test_a_click_on_the_run_that_ships_is_meant_for_the_copy_that_another_has_just_made(
    monkeypatch,
):
    monkeypatch.setattr(resume, "ready", lambda run_id: run_id)  # as if a worker had spoken
    monkeypatch.setattr(playback, "tell", lambda *_, **__: None)
    monkeypatch.setattr(clicks, "UNDER_WAY_SECONDS", -1.0)  # the address is the test's own
    app = opened(PAGE)
    for seconds, copies in ((60.0, 1), (60.0, 1), (-1.0, 2)):
        monkeypatch.setattr(resume, "TWICE_SECONDS", seconds)
        app.query_params.pop("run", None)
        app.run()
        next(one for one in app.button if one.label == "Play").click().run()
        assert len(Store().records()) == copies


def test_a_worker_that_has_a_place_and_is_slow_to_speak_is_waited_for(ring_run, monkeypatch):
    monkeypatch.setattr(resume, "QUEUE_PATIENCE", 0.0)
    record = ring_run()
    resume.hub()  # which would take what is queued and has no place for a run left over
    record.set_facts(state="queued")
    told = {"state": "failed", "words": "It has spoken."}
    speaks = threading.Timer(0.3, lambda: Store().open(record.id).set_facts(**told))
    speaks.start()
    with pytest.raises(RunError, match=r"It has spoken\."):
        resume.ready(record.id)
    speaks.join()
    monkeypatch.setattr(resume, "PATIENCE", 0.0)
    record.set_facts(state="queued")
    with pytest.raises(RunError, match="its worker is still starting"):
        resume.ready(record.id)


def test_a_copy_that_rests_at_its_start_is_reset_instead_of_making_another(monkeypatch):
    record = Store().create(preset("ring"), "A ring of eight", "ring")
    record.set_facts(state="paused", progress={"step": 0})
    shipped = SimpleNamespace(info=RunInfo("", "A ring of eight", "ring", "finished"))
    monkeypatch.setattr(resume, "visitor", lambda: Visitor({record.id}))
    with record.lock():  # as its worker holds it
        assert resume.unplayed(shipped) == record.id
        record.set_facts(progress={"step": 3})
        resume.hub().refresh(record.id)
        assert resume.unplayed(shipped) == ""
        record.set_facts(progress={"step": 0})
        resume.hub().refresh(record.id)
        monkeypatch.setattr(resume, "visitor", Visitor)  # another's session
        assert resume.unplayed(shipped) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"loss": {"name": "unheard-of"}}, "loss must be one of"),
        ({"penalties": ["unheard-of"]}, "penalties must be one of"),
        ({"data": {"name": "unheard-of"}}, "data must be one of"),
        ({"temperature": 1}, "no field temperature"),
    ],
)
def test_a_run_whose_configuration_is_unknown_here_gets_one_sentence(ring_run, change, words):
    record = ring_run()
    record.set_facts(config=record.info().config | change)
    app = opened(PAGE, run=record.id)
    (error,) = app.error
    assert error.value.startswith("This run's configuration cannot be used: ")
    assert words in error.value


def test_a_race_is_sent_to_the_page_that_shows_it(race_run):
    app = opened(PAGE, run=race_run().id)
    assert "This run holds 3 GANs: Mode collapse shows it" in app.error[0].value
