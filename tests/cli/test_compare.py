"""`runs compare` against what was written into two runs."""

import csv
import io
import json

import pytest

from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from tests.cli.conftest import one_sentence


@pytest.fixture
def pair(lab) -> tuple[str, str]:
    """Two runs of three rows that differ in their batch."""
    found = []
    for title, batch in (("One", 32), ("Two", 64)):
        record = Store().create(preset("digits").with_values({"batch": batch}), title, "digits")
        recorder = Recorder(record, ("d_loss",))
        for step in (10, 20, 30):
            recorder.write(metric=(step, step / 100, {"d_loss": step / batch}))
        results = {"frechet": 2.5 if title == "One" else 12.25}
        progress = {"step": 30, "seconds": 0.3, "speed": 0.0}
        recorder.write(facts={"results": results, "progress": progress, "real_count": 320})
        recorder.close()
        found.append(record.id)
    return found[0], found[1]


def test_on_the_screen_stand_the_settings_that_differ_and_the_results(ganlab, pair):
    done = ganlab("runs", "compare", *pair)
    assert done.status == 0
    rows = {line.split()[0]: line.split()[1:] for line in done.out.splitlines()[1:]}
    assert rows == {
        "title": ["One", "Two"],
        "state": ["stopped", "stopped"],
        "step": ["30", "30"],
        "batch": ["32", "64"],
        "frechet": ["2.5", "12.25"],
    }
    assert done.out.splitlines()[0].split() == list(pair)


def test_json_holds_both_runs_and_where_they_differ(ganlab, pair):
    stored = ganlab("runs", "compare", *pair, "--json").json
    assert stored["differences"] == {"batch": [32, 64]}
    assert [run["run"] for run in stored["runs"]] == list(pair)
    assert [run["epoch"] for run in stored["runs"]] == [30 * 32 / 320, 30 * 64 / 320]


def test_a_csv_holds_every_row_of_both_and_with_results_a_row_a_run(ganlab, pair, lab):
    done = ganlab("runs", "compare", *pair, "--out", "runs.csv", "--json")
    assert (done.status, done.json) == (0, {"file": "runs.csv"})
    rows = list(csv.DictReader(io.StringIO((lab / "runs.csv").read_text())))
    assert [(row["run"], float(row["d_loss"])) for row in rows] == [
        (run, pytest.approx(step / batch))
        for run, batch in zip(pair, (32, 64), strict=True)
        for step in (10, 20, 30)
    ]
    assert ganlab("runs", "compare", *pair, "--results", "--out", "r.csv").status == 0
    rows = list(csv.DictReader(io.StringIO((lab / "r.csv").read_text())))
    assert [(row["title"], row["frechet"]) for row in rows] == [("One", "2.5"), ("Two", "12.25")]


def test_a_json_file_holds_settings_and_results(ganlab, pair, lab):
    assert ganlab("runs", "compare", *pair, "--out", "runs.json").status == 0
    stored = json.loads((lab / "runs.json").read_text())
    assert [one["config"]["batch"] for one in stored] == [32, 64]
    assert [one["results"]["frechet"] for one in stored] == [2.5, 12.25]


def test_a_run_without_a_step_is_a_failure_in_one_sentence(ganlab, pair):
    empty = Store().create(preset("digits"))
    done = ganlab("runs", "compare", pair[0], empty.id)
    assert done.status == 1
    assert one_sentence(done.err)
