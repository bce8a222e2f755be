"""The comparison of runs in AppTest."""

import json

from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from tests.metrics.test_scores import QUALITY
from tests.pages.test_pages import a_run, everything_said, opened

COMPARE = "pages/train/compare_runs.py"


def test_without_two_runs_the_page_says_what_to_do():
    app = opened(COMPARE)
    assert "Two runs that have trained" in everything_said(app)


def test_two_runs_are_compared_at_once_and_their_one_difference_is_told():
    first, second = a_run(title="One"), a_run(title="Other")
    Store().open(second).set_facts(config=preset("digits").with_values({"batch": 8}).to_json())
    app = opened(COMPARE)
    assert set(app.multiselect(key="runs").value) == {first, second}
    (table,) = [one.value for one in app.markdown if one.value.startswith("| setting")]
    assert len(table.splitlines()) == 3
    assert "batch" in table
    assert "| 8 |" in table.replace("32", "8")
    assert len(app.get("plotly_chart")) == 5


def test_a_link_to_runs_that_are_gone_or_too_many_says_so_and_compares_the_others():
    first, second = a_run(title="One"), a_run(title="Other")
    app = opened(COMPARE, runs=f"{first},gone,{second},{first}")
    assert app.multiselect(key="runs").value == [first, second]
    (told,) = app.warning
    assert "left out: 'gone'." in told.value
    many = [a_run(title=f"Run {k}", rows=2) for k in range(7)]
    app = opened(COMPARE, runs=",".join(many))
    assert app.multiselect(key="runs").value == many[:6]


def test_a_knob_that_was_turned_and_the_steps_trained_are_told():
    first, second = a_run(title="One"), a_run(title="Other", rows=30)
    record = Store().open(first)
    record.set_facts(initial=record.config().to_json())
    told = {"step": 20, "name": "d_optimizer.lr", "old": 1e-3, "new": 4e-5}
    recorder = Recorder(record, ("d_loss",))
    recorder.write(events=[(20, "knob", json.dumps(told))])
    recorder.close()
    record.set_facts(config=record.config().with_values({"d_optimizer.lr": 4e-5}).to_json())
    app = opened(COMPARE, runs=f"{first},{second}")
    (table,) = [one.value for one in app.markdown if one.value.startswith("| setting")]
    assert "0.001, 4e-5 from step 20 |" in table.replace("1e-3", "0.001")
    assert "| *steps trained* | 50 | 30" in table


def test_measured_qualities_stand_side_by_side_and_unlike_ones_are_not_to_be_compared():
    first, second = a_run(title="One"), a_run(title="Other")
    Store().open(first).set_facts(quality=QUALITY)
    app = opened(COMPARE)
    (table,) = [one.value for one in app.markdown if one.value.startswith("| measured")]
    assert "| Fréchet distance |" in table
    assert "3.14 (0.80)" in table
    assert "0.0000 ± 0.0012 (−0.0012)" in table
    assert "in the features of SqueezeNet 1.0, N = 1,000".lower() in everything_said(app).lower()
    assert not app.warning
    Store().open(second).set_facts(quality=QUALITY | {"n": 300})
    app = opened(COMPARE)
    (warning,) = app.warning
    assert "do not compare" in warning.value
    (table,) = [one.value for one in app.markdown if one.value.startswith("| measured")]
    assert "| … N |" in table


def test_a_link_names_its_runs_and_one_alone_is_not_enough():
    first, second, third = (a_run(title=title) for title in ("One", "Two", "Three"))
    app = opened(COMPARE, runs=f"{third},{first}")
    assert app.multiselect(key="runs").value == [third, first]
    app.multiselect(key="runs").set_value([second]).run()
    assert "Choose at least two" in everything_said(app)
    assert app.query_params["runs"] == [second] or app.query_params["runs"] == second


def test_equal_settings_are_told():
    a_run(title="One")
    a_run(title="Two")
    assert "All settings are equal" in everything_said(opened(COMPARE))
