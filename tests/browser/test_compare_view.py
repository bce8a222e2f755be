"""The comparison in a real browser: wipe, zoom, pan, keys, choice, and what outlives a rerun."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.streamlit_server import serve
from tests.waiting import until

pytestmark = pytest.mark.browser

SCRIPT = """
import io
import numpy as np
import streamlit as st
from PIL import Image
from pages.widgets.compare_view import Shown, compare_view

def flat(colour):
    out = io.BytesIO()
    Image.new("RGB", (96, 64), colour).save(out, "png")
    return out.getvalue()

names = ["red", "lime", "blue"][: st.slider("count", 2, 3, 3)]
blend = st.slider("strength", 0, 1, 1)
labels = {n: f"{n}, α = 0" if n == "lime" and not blend else n for n in names}
pictures = [Shown(labels[n], flat(n), "96×64", n) for n in names]
compare_view(key="view", run="a", pictures=pictures, height=400)
"""

COLOUR = """(plot, at) => {
  const canvas = plot.querySelector("canvas");
  const x = Math.round(at[0] * (canvas.width - 1)), y = Math.round(at[1] * (canvas.height - 1));
  return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
}"""
RED, LIME, BLUE = [255, 0, 0], [0, 255, 0], [0, 0, 255]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("compare") / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with serve(Path(script)) as address:
        yield address


@pytest.fixture
def view(page: Page, url: str) -> Locator:
    page.goto(url)
    view = page.locator(".compare")
    expect(view).to_have_attribute("data-ready", "true")
    return view


def colours(view: Locator) -> list[list[int]]:
    plot = view.locator(".plot")
    return [plot.evaluate(COLOUR, [x, 0.3]) for x in (0.1, 0.9)]


def test_the_divider_follows_the_pointer_and_the_keys(page: Page, view: Locator):
    assert colours(view) == [RED, BLUE]
    plot = view.locator(".plot")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + 50)
    page.mouse.up()
    expect(view).to_have_attribute("data-cut", "0.950")
    assert colours(view) == [RED, RED]
    plot.focus()
    page.keyboard.press("ArrowLeft")
    expect(view).to_have_attribute("data-cut", "0.930")


def test_zoom_goes_to_sixteen_whole_pixels_and_back(page: Page, view: Locator):
    fitted = view.get_attribute("data-zoom")
    view.locator(".plot").focus()
    for _ in range(6):
        page.keyboard.press("+")
    expect(view).to_have_attribute("data-zoom", "16.000")
    page.keyboard.press("1")
    expect(view).to_have_attribute("data-zoom", "1.000")
    page.keyboard.press("0")
    assert fitted is not None
    expect(view).to_have_attribute("data-zoom", fitted)


def test_dragging_pans_what_is_zoomed(page: Page, view: Locator):
    plot = view.locator(".plot")
    plot.focus()
    for _ in range(4):
        page.keyboard.press("+")
    expect(view).to_have_attribute("data-x", "0.5000")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 200)
    page.mouse.up()
    expect(view).not_to_have_attribute("data-x", "0.5000")
    assert float(view.get_attribute("data-x") or 0) > 0.5


def test_an_ordinary_wheel_scrolls_the_page_and_control_zooms(page: Page, view: Locator):
    before = view.get_attribute("data-zoom")
    view.locator(".plot").hover()
    page.mouse.wheel(0, -200)
    assert view.get_attribute("data-zoom") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(view).not_to_have_attribute("data-zoom", before or "")


def test_side_by_side_and_flicker_show_both(page: Page, view: Locator):
    view.get_by_role("button", name="Side by side").click()
    expect(view).to_have_attribute("data-mode", "side")
    until(lambda: colours(view) == [RED, BLUE], "both are drawn")
    view.get_by_role("button", name="Flicker").click()
    expect(view).to_have_attribute("data-side", "right")
    expect(view).to_have_attribute("data-side", "left")


def test_any_pair_can_be_chosen_and_swapped(page: Page, view: Locator):
    view.get_by_label("Right picture").select_option("lime")
    expect(view).to_have_attribute("data-right", "lime")
    until(lambda: colours(view) == [RED, LIME], "the pair is drawn")
    view.get_by_role("button", name="Swap left and right").click()
    expect(view).to_have_attribute("data-left", "lime")
    until(lambda: colours(view) == [LIME, RED], "the pair is swapped")


def test_mode_zoom_and_pair_outlive_a_rerun(page: Page, view: Locator):
    view.get_by_label("Right picture").select_option("lime")
    view.get_by_role("button", name="Side by side").click()
    view.get_by_role("button", name="One picture pixel").click()
    expect(view).to_have_attribute("data-zoom", "1.000")
    page.get_by_role("slider", name="count").press("ArrowLeft")
    expect(view.get_by_label("Right picture").locator("option")).to_have_count(2)
    expect(view).to_have_attribute("data-right", "lime")
    expect(view).to_have_attribute("data-mode", "side")
    expect(view).to_have_attribute("data-zoom", "1.000")


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_the_pair_stays_when_the_strength_changes_a_label(page: Page, view: Locator, side: str):
    other = "Right" if side == "Left" else "Left"
    view.get_by_label(f"{other} picture").select_option("red")
    view.get_by_label(f"{side} picture").select_option("lime")
    page.get_by_role("slider", name="strength").press("ArrowLeft")
    expect(view).to_have_attribute(f"data-{side.lower()}", "lime, α = 0")
    expect(view).to_have_attribute(f"data-{other.lower()}", "red")
