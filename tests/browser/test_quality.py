"""Measured quality as a person asks for it, against real workers and the real classifier."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.test_train_page import opened, until_beyond

pytestmark = pytest.mark.browser

PATIENT = 120_000
"""Milliseconds: some hundred pictures are made and read on a thread that trains beside."""


@pytest.fixture(autouse=True)
def ended(lab: Lab) -> Iterator[None]:
    yield
    lab.stop_all()


def card(page: Page, run_id: str) -> Locator:
    return page.locator(f"[class*=st-key-quality-{run_id}]")


def told(card: Locator, name: str) -> float:
    """The number beside a measure's name."""
    metric = card.get_by_test_id("stMetric").filter(has_text=name)
    expect(metric).to_be_visible(timeout=PATIENT)
    return float(metric.get_by_test_id("stMetricValue").inner_text().replace("−", "-"))


def test_measuring_a_run_that_trains_shows_scores_beside_real_ones_and_training_goes_on(
    page: Page, lab: Lab
):
    run_id = lab.start()
    opened(page, lab, run_id)
    quality = card(page, run_id)
    expect(quality.get_by_text("It comes by itself when the run ends")).to_be_visible()
    quality.get_by_role("button", name="Measure now").click()
    frechet = told(quality, "Fréchet distance")
    expect(quality.get_by_test_id("stMetric").filter(has_text="Coverage")).to_contain_text("real")
    expect(quality.get_by_text("in the features of")).to_be_visible()
    expect(quality.locator(".js-plotly-plot")).to_be_visible()  # the classes, as they are read
    measured = lab.store.open(run_id).info().quality
    assert frechet == pytest.approx(measured["frechet"], rel=0.01)
    assert measured["frechet"] > measured["frechet_floor"], "four channels draw no real digits"
    until_beyond(page, measured["step"])
    expect(quality.get_by_role("button", name="Measure again")).to_be_enabled()
