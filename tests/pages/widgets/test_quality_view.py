"""The measured quality on the page of a run and in the list of runs."""

import json
import math

import pytest

from ganlab.jobs.database import connect
from ganlab.jobs.store import Store
from tests.metrics.test_scores import QUALITY
from tests.pages.test_pages import RUNS, TRAIN, a_run, everything_said, opened

HISTOGRAM = {
    "class_names": list("0123456789"),
    "classes": [0.1] * 10,
    "real_classes": [0.1] * 10,
    "class_entropy": 0.9,
    "class_entropy_real": 0.99,
}


def figures(app) -> list[dict]:
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def test_a_finished_run_shows_its_scores_with_their_floors_and_its_classes():
    run_id = a_run()
    Store().open(run_id).set_facts(quality=QUALITY | HISTOGRAM)
    app = opened(TRAIN, run=run_id)
    told = {one.label: (one.value, one.delta) for one in app.metric}
    assert told["Fréchet distance"] == ("3.14", "real 0.80")
    assert told["Coverage"] == ("0.500", "real 0.960")
    assert told["Entropy of classes"] == ("0.900", "real 0.990")
    assert told["KID"] == ("0.0000", "± 0.0012, real −0.0012")
    assert "at step 1,200" in everything_said(app)
    (figure,) = figures(app)
    assert [one["name"] for one in figure["data"]] == ["generated", "real"]


@pytest.mark.parametrize("more", [{}, HISTOGRAM])
def test_no_row_of_scores_is_empty(more):
    run_id = a_run()
    Store().open(run_id).set_facts(quality=QUALITY | more)
    app = opened(TRAIN, run=run_id)
    width = 2 if more else 4
    holds = [bool(one.metric) for one in app.columns if abs(one.weight - 1 / width) < 1e-6]
    rows = [holds[first : first + width] for first in range(0, len(holds), width)]
    assert sum(any(row) for row in rows) == math.ceil(len(app.metric) / width)
    shown = [k for k, row in enumerate(rows) if any(row)]
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    assert len(rows) - len(shown) <= 1


def test_features_without_classes_give_no_histogram():
    run_id = a_run()
    Store().open(run_id).set_facts(quality=QUALITY)
    app = opened(TRAIN, run=run_id)
    assert figures(app) == []
    assert "the features of SqueezeNet 1.0" in everything_said(app)
    assert "repeat another one" not in everything_said(app)


def test_real_pictures_that_repeat_others_are_counted_under_the_scores():
    run_id = a_run()
    Store().open(run_id).set_facts(quality=QUALITY | {"repeated": 1760.0})
    assert "1,760 of the real pictures repeat another one" in everything_said(
        opened(TRAIN, run=run_id)
    )


def test_why_nothing_was_measured_is_one_sentence():
    run_id = a_run()
    Store().open(run_id).set_facts(quality={"step": 50, "words": "Not measured: no eyes."})
    app = opened(TRAIN, run=run_id)
    assert "Not measured: no eyes." in everything_said(app)
    assert not app.metric


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_run_under_way_is_measured_by_its_worker(state):
    run_id = a_run(state)
    with Store().open(run_id).lock():
        app = opened(TRAIN, run=run_id)
        app.button("measure").click().run()
    connection = connect(Store().open(run_id).database)
    rows = connection.execute("SELECT verb, argument FROM command").fetchall()
    connection.close()
    assert rows == [("measure", "{}")]


def test_an_ended_run_with_a_checkpoint_can_be_measured_unless_it_was_at_this_step():
    run_id = a_run()
    record = Store().open(run_id)
    record.checkpoint.write_bytes(b"whatever")
    assert "measure" in {one.key for one in opened(TRAIN, run=run_id).button}
    record.set_facts(quality=QUALITY | {"step": 50})
    assert "measure" not in {one.key for one in opened(TRAIN, run=run_id).button}


def test_the_list_of_runs_tells_the_distance_with_its_floor_and_n():
    Store().open(a_run()).set_facts(quality=QUALITY)
    said = everything_said(opened(RUNS))
    assert "Fréchet distance 3.14 (real 0.80), coverage 0.500 (real 0.960), N = 1,000" in said
