"""The Train page as a person uses it, against real workers."""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from ganlab.jobs.store import Store
from ganlab.training.checkpoint import load_tensors
from tests.browser.conftest import PATIENCE, Lab, at_rest, tiny
from tests.browser.streamlit_server import ROOT, end, free_port, start
from tests.waiting import until
from tests.workers import worker_of

pytestmark = pytest.mark.browser
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
TRAIN = "image_gans"


@pytest.fixture(autouse=True)
def ended(lab: Lab) -> Iterator[None]:
    """Runs of one test take no time from the next."""
    yield
    lab.stop_all()


def losses(page: Page) -> Locator:
    return page.locator("[class*=st-key-losses] section.chart")


def grid(page: Page) -> Locator:
    return page.locator("[class*=st-key-grid] section.grid")


def last_step(page: Page) -> int:
    return int(losses(page).get_attribute("data-last") or 0)


def until_beyond(page: Page, step: int) -> int:
    """Wait until the curve has passed a step; where it is now."""
    until(lambda: last_step(page) > step, f"the curve passes {step}", PATIENCE / 1000)
    return last_step(page)


def picture(page: Page) -> str:
    return grid(page).locator(".plot > canvas").evaluate("canvas => canvas.toDataURL()")


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


def expect_state(page: Page, word: str, milliseconds: int = PATIENCE) -> None:
    mark = page.get_by_test_id("stProgress").locator(".stMarkdownBadge")
    expect(mark).to_contain_text(word, timeout=milliseconds)


def opened(page: Page, lab: Lab, run_id: str) -> None:
    page.goto(f"{lab.url}/{TRAIN}?run={run_id}")
    until_beyond(page, 0)


def downloaded(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name=name).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_a_run_from_home_to_its_downloads(page: Page, lab: Lab, tmp_path: Path):
    page.goto(lab.url)
    card = page.locator(".st-key-start-digits")
    card.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(rf"/{TRAIN}\?run=digits-"))
    run_id = page.url.rpartition("=")[2]

    first = until_beyond(page, 0)
    rows = losses(page).get_attribute("data-rows")
    shown = picture(page)
    until_beyond(page, first)
    expect(losses(page)).not_to_have_attribute("data-rows", str(rows))
    until(lambda: picture(page) != shown, "the pictures change", PATIENCE / 1000)

    button(page, "Pause").click()
    expect(button(page, "Step")).to_be_visible()
    paused = lab.store.open(run_id).info().step
    expect(losses(page)).to_have_attribute("data-last", str(paused))
    at_rest(page, lambda: picture(page), 2.5)  # those of the last steps may still be on their way
    assert last_step(page) == paused, "nothing moves in a pause"

    button(page, "Step").click()
    expect(losses(page)).to_have_attribute("data-last", str(paused + 1))
    button(page, "Step D").click()
    expect(losses(page)).to_have_attribute("data-last", str(paused + 2))
    button(page, "Resume").click()
    until_beyond(page, paused + 2)

    knob = page.get_by_test_id("stSidebar").locator("input[type=range]").first
    knob.focus()
    page.keyboard.press("ArrowRight")
    expect(losses(page)).to_have_attribute("data-flags", re.compile(r"[1-9]"))
    turned = [event for event in lab.store.open(run_id).events() if event.kind == "knob"]
    assert '"d_optimizer.lr"' in turned[0].text

    button(page, "Stop").click()
    expect_state(page, "stopped")
    record = lab.store.open(run_id)
    expect(losses(page)).to_have_attribute("data-last", str(record.info().step))

    checkpoint = downloaded(page, "Checkpoint", tmp_path)
    assert load_tensors(checkpoint)[1]["step"] == record.info().step
    with downloaded(page, "Metrics", tmp_path).open() as table:
        rows_read = list(csv.DictReader(table))
    assert int(rows_read[-1]["step"]) == record.info().step
    with Image.open(downloaded(page, "Pictures", tmp_path)) as png:
        assert png.size == (224, 224)
    with page.expect_download() as taken:
        page.locator("section.taker").get_by_role("button", name="GIF", exact=True).click()
    with Image.open(taken.value.path()) as film:
        assert film.n_frames > 1

    button(page, "New run").click()
    expect(page.get_by_role("heading", name="Train an image GAN")).to_be_visible()
    expect(page).not_to_have_url(re.compile("run="))


def test_two_tabs_show_the_same_run_and_a_reload_keeps_it(page: Page, lab: Lab):
    run_id = lab.start()
    opened(page, lab, run_id)
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE)
    opened(other, lab, run_id)
    button(other, "Pause").click()
    for tab in (page, other):
        expect(button(tab, "Resume")).to_be_visible()
        expect_state(tab, "paused")
    step = lab.store.open(run_id).info().step
    for tab in (page, other):
        expect(losses(tab)).to_have_attribute("data-last", str(step))
        expect(grid(tab)).to_have_attribute("data-frames", re.compile(r"[1-9]"))
    rows = losses(page).get_attribute("data-rows")
    page.reload()
    expect(losses(page)).to_have_attribute("data-last", str(step))
    expect(losses(page)).to_have_attribute("data-rows", str(rows))
    expect_state(page, "paused")


def test_a_run_goes_on_when_its_page_is_left_and_its_tab_closed(page: Page, lab: Lab):
    run_id = lab.start()
    opened(page, lab, run_id)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    left = lab.store.open(run_id).info().step
    page.close()
    again = page.context.new_page()
    again.set_default_timeout(PATIENCE)
    opened(again, lab, run_id)
    until_beyond(again, left)


@needs_proc
def test_a_killed_server_leaves_the_worker_alone_and_the_next_one_finds_it(
    chromium: Browser, tmp_path: Path
):
    port, surroundings = free_port(), {"GANLAB_HOME": str(tmp_path), "GANLAB_MAX_RUNS": "2"}
    server = start(ROOT / "app.py", surroundings, port)
    # No watch on errors here: a browser may complain that its server is gone.
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    lab = Lab(f"http://127.0.0.1:{port}", Store(tmp_path))
    try:
        page.goto(lab.url)
        expect(page.get_by_role("heading", name="ganlab", exact=True)).to_be_visible()
        run_id = lab.start()
        opened(page, lab, run_id)
        worker = worker_of(run_id)
        server.kill()
        server.wait()
        left = lab.store.open(run_id).info().step
        goes_on = "the worker goes on without a server"
        until(lambda: lab.store.open(run_id).info().step > left, goes_on, PATIENCE / 1000)
        server = start(ROOT / "app.py", surroundings, port)
        until_beyond(page, last_step(page))  # the open tab finds its way back by itself
        assert worker_of(run_id) == worker
        button(page, "Stop").click()
        expect_state(page, "stopped")
    finally:
        context.close()
        end(server)
        lab.stop_all()


def test_a_run_is_deleted_on_the_runs_page_after_asking(page: Page, lab: Lab):
    record = lab.store.create(tiny(), "Delete me", "digits")
    page.goto(f"{lab.url}/runs")
    row = page.locator(f".st-key-run-{record.id}")
    for answer, there in (("Keep it", 1), ("Delete it", 0)):
        row.locator(f".st-key-delete-{record.id}").get_by_role("button").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Delete me")).to_be_visible()
        dialog.get_by_role("button", name=answer).click()
        expect(dialog).to_have_count(0)
        expect(row).to_have_count(there)
    assert not record.folder.exists()
