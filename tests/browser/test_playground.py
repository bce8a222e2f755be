"""The Playground in a real browser, with real workers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.config.share_link import read_link, write_link
from ganlab.jobs.folder import RunFolder
from ganlab.presets import preset
from tests.browser.conftest import Lab, at_rest
from tests.waiting import until

pytestmark = pytest.mark.browser

PATIENT = 60_000


@pytest.fixture
def ground(lab: Lab) -> Iterator[Lab]:
    yield Lab(f"{lab.url}/playground", lab.store)
    lab.stop_all()


def small(**values):
    """A run that costs little and does not end by itself."""
    config = preset("ring").with_values(
        {"network.g_width": 16, "network.d_width": 16, "batch": 32, "steps": 10_000_000}
    )
    return config.with_values(values)


def started(ground: Lab, page: Page, **facts) -> RunFolder:
    """A small run, queued, and the page on it."""
    record = ground.store.create(small(), "A test", "ring")
    record.set_facts(**facts)
    ground.store.enqueue(record.id, "cpu")
    page.goto(f"{ground.url}?run={record.id}")
    return record


def canvas(page: Page, key: str = "playground") -> Locator:
    return page.locator(f".st-key-{key} section.playground")


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key}").get_by_role("button").first.click()


def shown_step(page: Page) -> int:
    return int(canvas(page).get_attribute("data-step") or -1)


def paused(page: Page, record: RunFolder) -> int:
    """Press Pause; the step at which it rests, which the canvas shows."""
    press(page, "pause")
    expect(page.locator(".st-key-play button")).to_be_visible(timeout=PATIENT)
    step = record.info().step
    expect(canvas(page)).to_have_attribute("data-last", str(step), timeout=PATIENT)
    return step


def test_play_goes_on_from_the_trained_state_as_a_run_of_ones_own(page, ground):
    page.goto(ground.url)
    expect(canvas(page)).to_have_attribute("data-last", re.compile(r"\d+"))
    first = int(canvas(page).get_attribute("data-last"))
    press(page, "play")
    expect(page.locator(".st-key-pause button")).to_be_visible(timeout=PATIENT)
    record = ground.record(page)
    until(lambda: shown_step(page) > first)
    assert record.info().step > first
    press(page, "reset")
    until(lambda: record.info().resets > 0)
    until(lambda: 0 <= shown_step(page) < first)
    assert record.info().resets == 1


@pytest.mark.parametrize("gap", [40, 120, 250])
def test_a_double_click_on_play_makes_one_run(page, ground, gap):
    before = {record.id for record in ground.store.records()}
    page.goto(ground.url)
    expect(canvas(page)).to_have_attribute("data-last", re.compile(r"\d+"))
    box = page.locator(".st-key-play button").bounding_box()
    for _ in range(2):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(gap)  # of a quick and of a slow hand
    expect(page).to_have_url(re.compile("run="), timeout=PATIENT)
    expect(canvas(page)).to_have_attribute("data-last", re.compile(r"\d+"))
    page.wait_for_timeout(1500)  # for what the second click would have made
    (made,) = [one.id for one in ground.store.records() if one.id not in before]
    assert ground.record(page).id == made


def test_a_click_that_a_poll_brings_along_is_carried_out_once(page, ground):
    # The browser sends a click with the next turn of its clock. Where that is late, the poll of a
    # fragment comes before it, with the click, which then comes by itself as well.
    page.add_init_script(
        "const soon = window.setTimeout;"
        "window.setTimeout = (act, ms, ...more) => soon(act, ms || 600, ...more);"
    )
    record = started(ground, page)
    until(lambda: shown_step(page) > 20)
    press(page, "reset")
    until(lambda: record.info().resets > 0)
    page.wait_for_timeout(2500)  # for the second reset, which may not come
    assert record.info().resets == 1


def test_pause_step_and_undo(page, ground):
    record = started(ground, page)
    until(lambda: shown_step(page) > 5)
    rests = paused(page, record)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    for count, who in enumerate(("both", "D", "G"), start=1):
        press(page, f"step-{who}")
        expect(canvas(page)).to_have_attribute("data-last", str(rests + count), timeout=PATIENT)
    assert record.info().step == rests + 3
    assert [one["new"] for one in record.interventions()] == ["D", "G"]
    for count in (2, 1, 0):
        press(page, "undo")
        expect(canvas(page)).to_have_attribute("data-last", str(rests + count), timeout=PATIENT)
    press(page, "undo")
    expect(page.get_by_text("There is no step to take back")).to_be_visible()
    press(page, "play")
    until(lambda: record.info().step > rests + 5)


def test_a_turned_knob_becomes_a_flag_of_the_run(page, ground):
    record = started(ground, page)
    until(lambda: shown_step(page) > 5)
    page.get_by_label("Loss", exact=True).first.click()
    page.get_by_role("option", name="hinge").click()
    until(lambda: record.config().loss.name == "hinge")
    (turned,) = record.interventions()
    assert (turned["old"], turned["new"]) == ("relativistic", "hinge")


def test_the_past_is_looked_at_and_branched_from(page, ground):
    record = started(ground, page)
    until(lambda: record.info().step > 150)
    paused(page, record)
    slider = canvas(page).get_by_label("Step of the run")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    until(lambda: shown_step(page) < record.info().step)
    at_rest(page, lambda: shown_step(page))
    branch = page.get_by_role("button", name="Branch from step")
    expect(branch).to_contain_text(f"{shown_step(page):,}", timeout=PATIENT)
    step = shown_step(page)
    branch.click()
    page.get_by_role("button", name="Start the branch").click()
    page.wait_for_url(lambda url: "run=" in url and record.id not in url, timeout=PATIENT)
    child = ground.record(page)
    assert child.facts()["parent"] == {"run": record.id, "step": step}
    until(lambda: child.info().step > step)


def test_a_drawing_is_learnt(page, ground):
    page.goto(ground.url)
    expect(canvas(page)).to_have_attribute("data-last", re.compile(r"\d+"))
    page.get_by_label("Data", exact=True).first.click()
    page.get_by_role("option", name="Draw your own").click()
    paper = canvas(page, "playground-paper")
    stage = paper.locator(".stage")
    expect(stage).to_be_visible(timeout=PATIENT)
    use = paper.get_by_role("button", name=re.compile("Use these"))
    expect(use).to_be_disabled()  # an empty drawing is no data
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for k in range(1, 20):
        page.mouse.move(box["x"] + 60 + 12 * k, box["y"] + 60 + 8 * k)
    page.mouse.up()
    use.click()
    record = ground.record(page)
    assert record.config().data.name == "drawing"
    until(lambda: shown_step(page) > 2)


def test_a_link_gives_the_same_picture_at_the_same_step(page, ground):
    record = started(ground, page)
    until(lambda: record.info().step > 20)
    paused(page, record)
    press(page, "step-G")
    press(page, "share")
    code = page.get_by_role("dialog").get_by_test_id("stCode").locator("code")
    expect(code).to_contain_text("share=", timeout=PATIENT)
    shared = read_link(code.inner_text().partition("share=")[2])
    assert shared.step == record.info().step
    page.goto(f"{ground.url}?share={write_link(shared)}")
    other = ground.record(page)
    assert other.id != record.id
    until(lambda: other.info().state == "paused")
    assert other.info().step == shared.step
    assert other.sample(shared.step) == record.sample(shared.step)


def test_a_csv_is_learnt(page, ground):
    page.goto(ground.url)
    expect(canvas(page)).to_have_attribute("data-last", re.compile(r"\d+"))
    page.get_by_label("Data", exact=True).first.click()
    page.get_by_role("option", name="Upload a CSV").click()
    box = page.locator(".st-key-playground-csv input[type=file]")
    good = "\n".join(f"{k / 10},{(k % 7) / 5}" for k in range(60)).encode()
    box.set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": good})
    record = ground.record(page)
    assert record.config().data.name == "drawing"


def test_slow_motion_walks_through_an_iteration_with_captions(page, ground):
    record = started(ground, page)
    until(lambda: shown_step(page) > 5)
    press(page, "slow-motion")
    caption = page.locator(".st-key-caption")
    expect(caption).to_contain_text("Draw z", timeout=PATIENT)
    rests = record.info().step
    for title in ("G makes points", "D answers", "D's loss", "The gradient of D", "D moves"):
        caption.get_by_role("button", name="Next").click()
        expect(caption).to_contain_text(title, timeout=PATIENT)
    until(lambda: record.info().step == rests + 1)
    for title in ("Draw z", "G makes points", "D answers", "G's loss", "gradient of G", "G moves"):
        caption.get_by_role("button", name="Next").click()
        expect(caption).to_contain_text(title, timeout=PATIENT)
    until(lambda: record.info().step == rests + 2)
    assert [one["new"] for one in record.interventions()] == ["D", "G"]
    caption.get_by_text("By itself").click()
    expect(caption).to_contain_text("G makes points", timeout=PATIENT)
