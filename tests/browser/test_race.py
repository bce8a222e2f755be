"""The race of methods in a real browser, with a real worker."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.jobs.store import Store
from pages.understand.collapse_race import race_config, variants
from tests.browser.conftest import Lab, until
from tests.browser.streamlit_server import ROOT, serve

pytestmark = pytest.mark.browser

PATIENT = 90_000


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("race")
    with serve(ROOT / "app.py", {"GANLAB_HOME": str(home), "GANLAB_MAX_RUNS": "2"}) as url:
        track = Lab(f"{url}/mode-collapse", Store(home))
        yield track
        track.stop_all()


def panes(page: Page) -> Locator:
    return page.locator("section.playground")


def moved(pane: Locator) -> int:
    return int(pane.get_attribute("data-moved") or 0)


def test_a_race_of_three_moves_in_three_panes_draws_three_curves_and_stops_as_one(
    page: Page, track: Lab
):
    page.goto(track.url)
    steps = page.get_by_role("spinbutton", name="Steps")
    steps.fill("100000")  # a race that is over before all panes were looked at moves no more
    steps.press("Tab")
    page.get_by_role("button", name="Start the race").click()
    record = track.record(page)
    assert record.config().steps == 100_000
    expect(panes(page)).to_have_count(3, timeout=PATIENT)
    for k in range(3):
        expect(panes(page).nth(k)).to_have_attribute(
            "data-run", re.compile(record.id), timeout=PATIENT
        )
        before = moved(panes(page).nth(k))
        until(lambda k=k, n=before: moved(panes(page).nth(k)) > n + 3, f"pane {k} moves")
    curves = page.locator("section:has(h4:text('Modes captured'))")
    expect(curves).to_have_count(1, timeout=PATIENT)
    for name in ("Plain GAN", "PacGAN2", "Relativistic, R1 + R2"):
        expect(curves.get_by_role("button", name=name)).to_be_visible(timeout=PATIENT)
    until(lambda: len(record.members()["step"]) > 3, "all three are measured")
    members = record.members()
    measured = np.isfinite(members["modes"])
    assert measured.any(0).tolist() == [True, True, True]

    strips = page.locator("section.timeline")
    until(lambda: int(strips.get_attribute("data-columns") or 0) > 2, "strips of modes grow")

    page.get_by_role("button", name="Pause").click()
    until(lambda: record.info().state == "paused", "the race rests")
    before = record.info().step
    page.get_by_role("button", name="Step", exact=True).click()
    until(lambda: record.info().step == before + 1, "one step in all panes")
    for k in range(3):
        expect(panes(page).nth(k)).to_have_attribute("data-step", str(before + 1), timeout=PATIENT)

    # The scrubber goes back in all panes at once.
    strips.get_by_role("slider").fill("0")
    for k in range(3):
        expect(panes(page).nth(k)).to_have_attribute("data-step", "0", timeout=PATIENT)
    expect(page.get_by_role("button", name="Branch from step 0")).to_be_visible(timeout=PATIENT)

    # One legend switches the layers of all.
    page.locator("section.panes").get_by_role("button", name="Real points").click()
    for k in range(3):
        expect(panes(page).nth(k)).to_have_attribute("data-layers", "fake landscape")

    page.get_by_role("button", name="Stop", exact=True).click()
    until(lambda: record.info().state == "stopped", "the race stops")
    assert not record.info().lost


def test_a_pane_opens_alone_in_the_playground_at_the_step_where_the_race_then_rests(
    page: Page, track: Lab
):
    page.goto(track.url)
    page.get_by_role("button", name="Start the race").click()
    record = track.record(page)
    until(lambda: record.info().step > 20, "the race is on")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=PATIENT)
    page.get_by_role("link", name="Open in the Playground").nth(1).click()
    page.wait_for_url(re.compile(r"playground\?run="), timeout=PATIENT)
    alone = track.record(page)
    assert record.info().state == "paused"
    assert alone.info().step == record.info().step
    assert alone.info().title.startswith("PacGAN2, from: Race on the ring of eight")
    try:
        expect(panes(page)).to_have_count(1, timeout=20_000)
    except AssertionError:
        # Streamlit may leave a page empty where a request of the last page's fragment comes late;
        # people reload it, and all of the page is asked for below.
        page.reload()
    expect(page.get_by_text("PacGAN2, from:")).to_be_visible(timeout=PATIENT)
    expect(panes(page)).to_have_attribute("data-last", str(alone.info().step), timeout=PATIENT)
    # It goes on from there by itself.
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: alone.info().step > record.info().step + 5, "it trains alone")
    assert record.info().state == "paused"


@pytest.mark.parametrize("width", [1024, 1280])
def test_panes_are_level_however_long_their_names_are(page: Page, track: Lab, width: int):
    config = race_config("Ring of eight", 12, 0)
    names = ["plain", "minibatch", "pacgan2", "annealed"]
    record = track.store.create(config, "Four", "", variants(names, "Ring of eight"))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{track.url}?run={record.id}")
    expect(panes(page)).to_have_count(4, timeout=PATIENT)
    stages = panes(page).locator(".stage")
    expect(stages.nth(3)).to_be_visible(timeout=PATIENT)

    def level() -> bool:
        boxes = [stages.nth(k).bounding_box() for k in range(4)]
        tops = {round(box["y"]) for box in boxes if box}
        return len(tops) == 1 and all(box and box["height"] > 90 for box in boxes)

    until(level, "the canvases begin and end at one height", 30)
    heading = page.get_by_test_id("stHtml").get_by_text("R1 + R2, annealed and averaged")
    long = heading.bounding_box()
    assert long
    assert long["height"] > 30, "the name should need two lines here"
