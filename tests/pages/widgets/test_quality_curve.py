"""The critic's distance and the measured quality over the steps, as the browser is told them."""

from typing import Any

import numpy as np
import pytest
import streamlit as st

from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from pages.widgets import quality_curve, run_view
from tests.pages.test_pages import TRAIN, everything_said, opened


@pytest.fixture
def charts(monkeypatch) -> dict[str, dict[str, Any]]:
    """What was last drawn, by the chart's title."""
    drawn: dict[str, dict[str, Any]] = {}

    def draw(**told: Any) -> None:
        drawn[told["title"]] = told
        st.caption(told.get("caption", ""))

    monkeypatch.setattr(quality_curve, "live_chart", draw)
    monkeypatch.setattr(run_view, "live_chart", draw)
    return drawn


def quality(step: int, n: int, frechet: float) -> dict[str, Any]:
    scores = {"frechet": frechet, "frechet_floor": 0.5, "coverage": 0.9}
    return {"features": "eyes", "step": step, "n": n, "k": 5, **scores}


def a_run(name: str, qualities: list[dict[str, Any]]) -> str:
    record = Store().create(preset(name), "A run", name)
    recorder = Recorder(record, ("d_loss", "g_loss", "d_real", "d_fake", "g_gradient"))
    for step in (1, 2, 3):
        recorder.write(metric=(step, step / 10, {"d_loss": -2.0 * step, "g_loss": 1.0}))
    for one in qualities:
        recorder.write(quality=one)
    facts = {"state": "finished", "progress": {"step": 3, "seconds": 1.0, "speed": 3.0}}
    recorder.write(facts=facts)
    recorder.close()
    return record.id


DISTANCE = "Distance, as the critic estimates it"


def test_a_critics_distance_is_minus_its_loss_with_the_quality_below_it(charts):
    run = a_run("wgan-gp", [quality(1, 300, 8.0), quality(3, 300, 4.0), quality(3, 1000, 3.0)])
    app = opened(TRAIN, run=run)
    assert list(charts)[:2] == [DISTANCE, "Fréchet distance (N = 300)"]
    np.testing.assert_array_equal(charts[DISTANCE]["columns"]["distance"], [2, 4, 6])
    assert "without the penalty" in everything_said(app)
    drawn = charts["Fréchet distance (N = 300)"]
    np.testing.assert_array_equal(drawn["columns"]["step"], [1, 3])
    np.testing.assert_array_equal(drawn["columns"]["300"], [8, 4])
    (line,) = drawn["lines"]
    assert (line.value, line.label) == (0.5, "real")


def test_without_two_measurements_the_page_says_when_quality_comes(charts):
    app = opened(TRAIN, run=a_run("wgan", [quality(3, 1000, 3.0)]))
    assert DISTANCE in charts
    assert not any(title.startswith("Fréchet") for title in charts)
    said = everything_said(app)
    assert "once that was measured twice" in said
    assert "Clipping sets its scale" in said


def test_any_run_on_pictures_has_the_curve_of_each_n_that_was_measured_twice(charts):
    rows = [quality(k, n, k + n / 1000) for k in (1, 3) for n in (300, 1000)]
    app = opened(TRAIN, run=a_run("digits", [*rows, quality(2, 300, 2.3)]))
    assert DISTANCE not in charts
    drawn = charts["Fréchet distance (N = 300 and 1,000)"]
    np.testing.assert_array_equal(drawn["columns"]["step"], [1, 2, 3])
    np.testing.assert_allclose(drawn["columns"]["300"], [1.3, 2.3, 3.3])
    np.testing.assert_allclose(drawn["columns"]["1000"], [2, np.nan, 4])
    assert [line.label for line in drawn["lines"]] == ["real, N = 300", "real, N = 1,000"]
    assert not app.error


def test_a_fifth_n_is_drawn_as_the_title_says(charts):
    sizes = (300, 500, 700, 1000, 2000)
    rows = [quality(k, n, k + n / 1000) for k in (1, 3) for n in sizes]
    opened(TRAIN, run=a_run("digits", rows))
    drawn = charts["Fréchet distance (N = 300 and 500 and 700 and 1,000 and 2,000)"]
    assert [one.column for one in drawn["series"]] == [f"{n}" for n in sizes]


@pytest.mark.parametrize("name", ["digits", "wgan-gp"])
def test_every_chart_of_a_run_on_pictures_names_its_unit_and_how_it_is_read(charts, name):
    opened(TRAIN, run=a_run(name, [quality(k, 300, float(k)) for k in (1, 3)]))
    assert len(charts) >= 4
    for told in charts.values():
        assert told.get("y_label") or told.get("y_format") == "percent"
        assert told["caption"].endswith(".")
    loss = "score" if name == "wgan-gp" else "nats"
    assert charts["Losses"]["y_label"] == loss
    assert "wherever D knows nothing" in charts["Losses"]["caption"]
    assert "between networks of different sizes" in charts["What reaches G"]["caption"]
