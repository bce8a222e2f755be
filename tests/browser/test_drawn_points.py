"""Points drawn on the playground's canvas, with a mouse and with a finger, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import canvas_feed
from tests.browser.canvas_feed import opened
from tests.browser.conftest import drawn

pytestmark = pytest.mark.browser
SCRIPT, FIRST = canvas_feed.SCRIPT, canvas_feed.FIRST


def stroke(page: Page, section: Locator, *path: tuple[float, float]) -> None:
    box = section.locator(".stage").bounding_box()
    assert box
    places = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in path]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def points(page: Page, section: Locator) -> int:
    drawn(page)
    return int(section.get_attribute("data-points") or 0)


def test_points_can_be_drawn_erased_undone_cleared_and_used(page, server, feed):
    feed(frames=0, mode="draw")
    section = opened(page, server)
    use = section.get_by_role("button", name="Use these points")
    expect(use).to_be_disabled()
    expect(section.locator(".empty")).to_have_text("Draw where real points should lie")
    stroke(page, section, (0.2, 0.5), (0.5, 0.5))
    expect(use).to_be_enabled()
    some = points(page, section)
    assert some > 10
    section.get_by_role("button", name="Eraser").click()
    stroke(page, section, (0.2, 0.5), (0.3, 0.5))
    assert 0 < points(page, section) < some
    section.get_by_role("button", name="Undo").click()
    expect(section).to_have_attribute("data-points", str(some))
    section.get_by_role("button", name="Clear").click()
    expect(section).to_have_attribute("data-points", "0")
    section.get_by_role("button", name="Undo").click()
    expect(section).to_have_attribute("data-points", str(some))
    use.click()
    expect(page.get_by_text(f"Drawn {some} within True")).to_be_visible()
    # A drawing ends at the most points that may be sent; the keyboard draws as well.
    section.get_by_role("button", name="Brush").click()
    stroke(page, section, (0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1))
    expect(section).to_have_attribute("data-points", "120")
    section.get_by_role("button", name="Clear").click()
    section.get_by_role("img").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(section).to_have_attribute("data-points", "3")


def test_a_finger_draws_and_fits_on_a_tablet(chromium, server, feed):
    feed(frames=0, mode="draw")
    context = chromium.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
    page = context.new_page()
    section = opened(page, server)
    box = section.locator(".stage").bounding_box()
    assert box
    assert box["x"] + box["width"] <= 820
    finger = context.new_cdp_session(page)
    y = box["y"] + box["height"] / 2

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": box["x"] + x * box["width"], "y": y} for x in xs]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.2)
    for x in (0.3, 0.4, 0.5):
        touch("touchMove", x)
    touch("touchEnd")
    expect(section).to_have_attribute("data-points", re.compile(r"\d\d"))
    context.close()
