"""The Systems page in a real browser, with the shipped models."""

import re

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import at_rest

pytestmark = pytest.mark.browser
SLOW = 90_000


def shown(page: Page, key: str) -> str:
    """What a grid shows now; waits until it shows something."""
    grid = page.locator(f".st-key-{key} .grid")
    expect(grid).to_have_attribute("data-shown", re.compile("."), timeout=SLOW)
    return grid.get_attribute("data-shown") or ""


def test_a_code_on_its_slider_changes_every_category_and_the_pad_asks_no_server(
    page: Page, bare_url: str
):
    sent: list[int] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: sent.append(len(data)))

    page.on("websocket", watch)
    page.goto(f"{bare_url}/systems")
    before = shown(page, "categories")
    expect(page.get_by_text("The classifier reads these as")).to_be_visible()
    page.get_by_role("slider", name="Code 1").press("End")
    grid = page.locator(".st-key-categories .grid")
    expect(grid).not_to_have_attribute("data-shown", before)
    pad = page.locator(".st-key-codes-pad .pad")
    expect(pad).to_have_attribute("data-ink", re.compile(r"\d"), timeout=SLOW)
    at_rest(page, lambda: len(sent))  # components say once that the browser holds their code
    counted = len(sent)
    page.locator(".st-key-codes-pad .map").press("ArrowLeft")
    expect(pad).to_have_attribute("data-at", re.compile("0.480"))
    assert len(sent) == counted


def test_clicking_a_category_opens_it_in_the_pad(page: Page, bare_url: str):
    page.goto(f"{bare_url}/systems?panel=Codes")
    shown(page, "categories")
    plot = page.locator(".st-key-categories .plot")
    size = plot.bounding_box()
    assert size is not None
    plot.click(position={"x": size["width"] * 0.75, "y": size["height"] / 2})
    expect(page.get_by_text("Category 7. Drag anywhere")).to_be_visible(timeout=SLOW)


def test_a_clicked_input_is_the_one_that_attributes_are_added_to(page: Page, bare_url: str):
    page.goto(f"{bare_url}/systems?panel=Attributes")
    shown(page, "reconstructions")
    before = shown(page, "added")
    plot = page.locator(".st-key-reconstructions .plot")
    size = plot.bounding_box()
    assert size is not None
    plot.click(position={"x": size["width"] * 0.6, "y": size["height"] * 0.6})
    added = page.locator(".st-key-added .grid")
    expect(added).not_to_have_attribute("data-shown", before, timeout=SLOW)
    expect(page.get_by_text(re.compile("Mean squared difference 0.0"))).to_be_visible()


def test_a_feature_is_walked_by_hand(page: Page, bare_url: str):
    page.goto(f"{bare_url}/systems?panel=Features")
    shown(page, "walks")
    picture = page.locator("img[src*='/media/']").first
    expect(picture).to_be_visible(timeout=SLOW)
    before = picture.get_attribute("src") or ""
    page.get_by_role("slider", name="How strong").press("End")
    expect(page.locator(f"img[src='{before}']")).to_have_count(0, timeout=SLOW)
    expect(page.get_by_text(re.compile("The classifier reads"))).to_be_visible()
