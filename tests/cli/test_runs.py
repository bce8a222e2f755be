import csv
import io
import json

import pytest
from PIL import Image

from ganlab.jobs.store import Store
from tests.cli.conftest import one_sentence


@pytest.fixture
def run_id(lab, digits_run) -> str:
    return digits_run(title="Kept").id


def test_list_is_kind_when_there_is_nothing(ganlab):
    assert "No runs yet" in ganlab("runs", "list").out
    assert ganlab("runs", "list", "--json").json == {"runs": []}


def test_list_and_show_say_what_a_run_is(ganlab, run_id):
    (row,) = ganlab("runs", "list", "--json").json["runs"]
    assert (row["id"], row["title"], row["state"], row["step"]) == (run_id, "Kept", "finished", 12)
    assert run_id in ganlab("runs", "list").out
    shown = ganlab("runs", "show", run_id, "--json").json
    assert shown["run"] == run_id
    assert shown["config"]["network"] == {"name": "fast28", "width": 4}
    assert '"finished"' in ganlab("runs", "show", run_id).out


def test_an_ended_run_is_measured_and_shows_what_was_found(ganlab, run_id):
    at_the_end = ganlab("runs", "show", run_id, "--json").json["quality"]
    Store().open(run_id).set_facts(quality={})
    done = ganlab("runs", "measure", run_id, "--json")
    assert (done.status, done.json) == (0, at_the_end)
    lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert lines[-1] == {"share": 1.0, "words": "Measuring quality"}
    shown = ganlab("runs", "show", run_id, "--json").json
    assert shown["quality"] == at_the_end
    assert shown["features"] == "ganlab-mnist-cnn v1"


def test_a_damaged_run_is_listed_and_can_be_deleted(ganlab, run_id):
    (Store().root / "broken").mkdir()
    states = {row["id"]: row["state"] for row in ganlab("runs", "list", "--json").json["runs"]}
    assert states == {run_id: "finished", "broken": "unreadable"}
    done = ganlab("runs", "show", "broken")
    assert done.status == 1
    assert one_sentence(done.err)
    assert ganlab("runs", "delete", "broken", "--yes").status == 0


def test_resume_adds_steps(ganlab, run_id):
    done = ganlab("runs", "resume", run_id, "--steps", "5", "--device", "cpu", "--json")
    assert (done.status, done.json["steps"], done.json["status"]) == (0, 17, "finished")


def test_a_run_under_way_is_not_resumed(ganlab, run_id):
    before = Store().open(run_id).config()
    record = Store().open(run_id)
    record.set_facts(state="running")
    with record.lock():
        done = ganlab("runs", "resume", run_id, "--steps", "5")
    assert done.status == 1
    assert "under way" in done.err
    assert record.config() == before


def test_branch_from_a_step_turns_its_knob_there(ganlab, run_id):
    at = ("--step", "7", "--set", "d_optimizer.lr=5e-4", "--device", "cpu", "--json")
    done = ganlab("runs", "branch", run_id, *at)
    assert (done.status, done.json["steps"]) == (0, 12), done.err
    child = Store().open(done.json["run"])
    assert child.info().title == "Kept from step 7"
    (turn,) = child.interventions()
    assert (turn["step"], turn["name"], turn["new"]) == (7, "d_optimizer.lr", 5e-4)
    assert Store().open(run_id).info().step == 12


def test_a_branch_of_another_shape_fails_in_words_and_leaves_the_parent(ganlab, run_id):
    done = ganlab("runs", "branch", run_id, "--set", "network.width=8", "--device", "cpu", "--json")
    assert done.status in (1, 2)
    assert "Traceback" not in done.err
    assert Store().open(run_id).info().state == "finished"


@pytest.mark.parametrize("launch_was_lost", [False, True])
def test_stop_of_a_waiting_run_takes_it_out_of_the_queue(ganlab, run_id, launch_was_lost):
    store = Store()
    store.enqueue(run_id)
    if launch_was_lost:
        store.take()
    done = ganlab("runs", "stop", run_id, "--json")
    assert (done.status, done.json["status"]) == (0, "stopped")
    assert store.queue() == []


def test_stop_of_an_ended_run_says_how_it_ended(ganlab, run_id):
    done = ganlab("runs", "stop", run_id)
    assert (done.status, done.out.strip()) == (0, "finished")


def test_delete_wants_a_yes(ganlab, run_id, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    done = ganlab("runs", "delete", run_id)
    assert done.status == 2
    assert "--yes" in done.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "no")
    assert ganlab("runs", "delete", run_id).status == 1
    assert Store().open(run_id)
    monkeypatch.setattr("builtins.input", lambda question: "Y")
    assert ganlab("runs", "delete", run_id).status == 0
    assert Store().infos() == []


def test_delete_refuses_a_run_that_trains(ganlab, run_id):
    with Store().open(run_id).lock():
        done = ganlab("runs", "delete", run_id, "--yes")
    assert done.status == 1
    assert one_sentence(done.err)


def test_export_writes_each_kind(ganlab, run_id, lab):
    for name in ("m.csv", "t.gif", "g.png"):
        done = ganlab("runs", "export", run_id, "--out", name, "--json")
        assert (done.status, done.json) == (0, {"file": name})
    rows = list(csv.DictReader(io.StringIO((lab / "m.csv").read_text())))
    assert rows[-1]["step"] == "12"
    with Image.open(lab / "g.png") as grid, Image.open(lab / "t.gif") as film:
        assert (grid.size, film.format) == ((224, 224), "GIF")


def test_event_files_are_exported_into_a_new_folder(ganlab, run_id, lab):
    pytest.importorskip("tensorboard")
    events = ("runs", "export", run_id, "--out", "events", "--tensorboard")
    done = ganlab(*events, "--json")
    assert (done.status, done.json) == (0, {"folder": f"events/{run_id}"}), done.err
    assert len(list((lab / "events" / run_id).iterdir())) == 1
    again = ganlab(*events)
    assert again.status == 1
    assert one_sentence(again.err)
    assert "is there already" in again.err
    (lab / "file").write_text("x")
    assert ganlab("runs", "export", run_id, "--out", "file", "--tensorboard").status == 1
