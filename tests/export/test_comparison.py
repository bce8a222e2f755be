"""Runs side by side, against what was written into them."""

import csv
import io
import json
import sys
import zipfile

import numpy as np
import pytest

from ganlab.errors import RunError
from ganlab.export.comparison import (
    ABSENT,
    compared,
    courses,
    differences,
    results_csv,
    to_csv,
    to_json,
)
from ganlab.export.tensorboard import event_files
from ganlab.jobs.recorder import Recorder
from ganlab.presets import preset

NAMES = ("d_loss", "g_loss")


def a_run(store, title="One", **values):
    record = store.create(preset("digits").with_values(values), title, "digits")
    record.set_facts(initial=record.config().to_json())
    recorder = Recorder(record, NAMES)
    for step in (10, 20, 30):
        scalars = {"d_loss": step / 7, "g_loss": float("nan") if step == 20 else 0.5}
        recorder.write(metric=(step, step / 100, scalars))
    recorder.write(facts={"real_count": 1797, "results": {"frechet": 2.5}})
    recorder.close()
    return record


def test_an_epoch_is_over_when_d_was_shown_as_many_real_pictures_as_there_are(store):
    run = compared(a_run(store, batch=100, d_steps=3))
    assert run.along("epochs") == pytest.approx([10 * 300 / 1797, 20 * 300 / 1797, 30 * 300 / 1797])
    assert run.along("steps").tolist() == [10, 20, 30]
    assert run.along("seconds") == pytest.approx([0.1, 0.2, 0.3])


def test_data_without_an_end_have_no_epochs(store):
    record = a_run(store)
    record.set_facts(real_count=0)
    assert np.isnan(compared(record).along("epochs")).all()


def test_a_run_without_a_step_is_refused(store):
    record = store.create(preset("digits"))
    Recorder(record, NAMES).close()
    with pytest.raises(RunError, match="no step yet"):
        compared(record)


def turned(record, step, name, old, new):
    recorder = Recorder(record, NAMES)
    stored = json.dumps({"step": step, "name": name, "old": old, "new": new})
    recorder.write(events=[(step, "knob", stored)])
    recorder.close()
    record.set_facts(config=record.config().with_values({name: new}).to_json())


def test_a_parameter_that_was_changed_has_a_course_with_its_steps(store):
    first, second = a_run(store), a_run(store)
    turned(first, 15, "d_optimizer.lr", 1e-3, 7e-4)
    turned(first, 15, "d_optimizer.lr", 7e-4, 4e-5)
    turned(first, 25, "d_optimizer.lr", 4e-5, 1e-3)
    found = courses([compared(first), compared(second)])
    # Their settings are equal now, and were not.
    assert found == {"d_optimizer.lr": [[(0, 1e-3), (15, 4e-5), (25, 1e-3)], [(0, 1e-3)]]}


def test_a_penalty_that_was_added_is_absent_before(store):
    first, second = a_run(store), a_run(store)
    turned(first, 15, "penalties.r2.gamma", None, 2.0)
    found = courses([compared(first), compared(second)])
    assert found["penalties.r2.gamma"] == [[(0, ABSENT), (15, 2.0)], [(0, ABSENT)]]


def test_settings_of_a_changed_penalty_hold_from_that_step_on_and_those_removed_until_it(store):
    first, second = a_run(store), a_run(store)
    turned(first, 15, "penalties", "r1", "r1-r2")
    turned(first, 25, "penalties.r1-r2.gamma", 1.0, 3.0)
    found = courses([compared(first), compared(second)])
    assert found["penalties"] == [[(0, "r1"), (15, "r1-r2")], [(0, "r1")]]
    assert found["penalties.r1.gamma"] == [[(0, 1.0), (15, ABSENT)], [(0, 1.0)]]
    assert found["penalties.r1-r2.gamma"] == [[(0, ABSENT), (15, 1.0), (25, 3.0)], [(0, ABSENT)]]


def test_a_budget_that_was_extended_is_the_present_one(store):
    first, second = a_run(store), a_run(store)
    first.set_facts(config=first.config().with_values({"steps": 9_000}).to_json())
    found = courses([compared(first), compared(second)])
    assert found == {"steps": [[(0, 9_000)], [(0, preset("digits").steps)]]}


def test_runs_that_were_changed_in_the_same_way_differ_in_nothing(store):
    runs = [a_run(store), a_run(store)]
    for run in runs:
        turned(run, 15, "loss", "non-saturating", "hinge")
    assert courses([compared(run) for run in runs]) == {}


def test_differences_hold_the_settings_that_differ_and_no_others():
    base = preset("digits")
    other = base.with_values({"batch": 8, "penalties": []})
    found = differences([base, other, base])
    assert found["batch"] == [32, 8, 32]
    assert found["penalties.r1.gamma"] == [1.0, ABSENT, 1.0]
    assert all(len({json.dumps(one) for one in row}) > 1 for row in found.values())
    assert differences([base, base]) == {}


def test_the_table_holds_every_row_of_every_run(store):
    runs = [compared(a_run(store, "One")), compared(a_run(store, "Two, with a comma"))]
    rows = list(csv.DictReader(io.StringIO(to_csv(runs).decode())))
    assert len(rows) == 6
    assert [row["title"] for row in rows[3:]] == ["Two, with a comma"] * 3
    assert float(rows[1]["d_loss"]) == pytest.approx(20 / 7)
    assert rows[1]["g_loss"] == ""
    stored = json.loads(to_json(runs))
    assert [one["title"] for one in stored] == ["One", "Two, with a comma"]
    assert stored[0]["results"] == {"frechet": 2.5}


QUALITY = {"features": "some eyes", "step": 20, "n": 500, "frechet": 2.5, "kid": -0.001}
HISTOGRAM = {"class_names": ["a", "b"], "classes": [0.25, 0.75], "real_classes": [0.5, 0.5]}


def test_the_table_of_results_has_a_row_a_run_with_the_share_of_every_class(store):
    first, second = a_run(store, "One"), a_run(store, "Two")
    first.set_facts(quality=QUALITY | HISTOGRAM, progress={"step": 30, "seconds": 1.0})
    runs = [compared(first), compared(second)]
    one, two = csv.DictReader(io.StringIO(results_csv(runs).decode()))
    assert (one["step"], one["measured_at"], one["features"]) == ("30", "20", "some eyes")
    assert (float(one["kid"]), float(one["classes_b"]), float(one["real_classes_a"])) == (
        -0.001,
        0.75,
        0.5,
    )
    assert (two["title"], two["frechet"], two["classes_b"], two["kid"]) == ("Two", "2.5", "", "")
    assert json.loads(to_json(runs))[0]["quality"] == QUALITY | HISTOGRAM


def test_event_files_are_read_back_by_tensorboard(store, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    record = a_run(store)
    with zipfile.ZipFile(io.BytesIO(event_files([compared(record)]))) as archive:
        (name,) = archive.namelist()
        archive.extractall(tmp_path)
    assert name.startswith(f"{record.id}/")
    found = {}
    for event in EventFileLoader(str(tmp_path / name)).Load():
        for value in event.summary.value:
            found[event.step, value.tag] = value.tensor.float_val[0]
    assert found == {
        (10, "d_loss"): pytest.approx(10 / 7),
        (20, "d_loss"): pytest.approx(20 / 7),
        (30, "d_loss"): pytest.approx(30 / 7),
        (10, "g_loss"): 0.5,
        (30, "g_loss"): 0.5,
    }


def test_without_tensorboard_the_error_says_how_to_install_it(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto", None)
    with pytest.raises(RunError, match="pip install tensorboard"):
        event_files([compared(a_run(store))])
