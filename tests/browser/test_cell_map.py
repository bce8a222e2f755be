"""The map of many GANs in a real browser, fed by a small script of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import drawn
from tests.waiting import until

pytestmark = pytest.mark.browser

SCRIPT = """
import json, os
from pathlib import Path
import numpy as np
import streamlit as st
from pages.widgets.cell_map import Axis, Cells, cell_map

@st.fragment(run_every=0.2)
def live():
    now = json.loads(Path(os.environ["CONTROL"]).read_text())
    levels = np.array([np.nan if v is None else v for v in now["levels"]], np.float32)
    fake = np.tile(np.array(now["at"], np.float32), (6, 4, 1))
    picked = cell_map(
        key="map", run="a", step=now["step"], x=Axis("rate of G", ["1", "2", "3"]),
        y=Axis("rate of D", ["10", "20"]),
        cells=Cells(levels, [f"{8 * v:.0f}" for v in levels], [f"cell {k}" for k in range(6)], [4]),
        legend=("modes captured", [(0.0, "0"), (1.0, "8")]), fake=fake,
        modes=np.array([[0.5, 0.5]]), on_pick=lambda: None,
    )
    if picked is not None:
        st.session_state["picked"] = picked
    st.caption(f"Picked {st.session_state.get('picked')}")

live()
"""
FIRST = {"step": 0, "levels": [None] * 6, "at": [0, 0]}


def opened(page: Page, server: tuple[str, Path], filled: int) -> Locator:
    page.goto(server[0])
    section = page.locator(".st-key-map section.map")
    expect(section).to_have_attribute("data-filled", str(filled))
    return section


def darkness(section: Locator, cell: int) -> float:
    """How far the colour of a cell is from white."""
    button = section.locator(".cells button").nth(cell)
    paint = button.evaluate("e => e.style.background")
    return 765 - sum(map(int, paint.removeprefix("rgb(").removesuffix(")").split(",")))


def test_cells_fill_in_while_scores_come(page, server, feed):
    feed(levels=[None] * 6, step=0)
    section = opened(page, server, 0)
    feed(levels=[0.0, 0.5, 1.0, None, None, None], step=100)
    expect(section).to_have_attribute("data-filled", "3")
    expect(section).to_have_attribute("data-step", "100")
    until(lambda: darkness(section, 0) < darkness(section, 1) < darkness(section, 2), "colours")
    expect(section.locator(".cells button span").nth(2)).to_have_text("8")
    expect(section.locator(".cells button.lost")).to_have_count(1)


def test_rows_go_up_and_columns_to_the_right(page, server, feed):
    feed(levels=[0.1] * 6, step=1)
    section = opened(page, server, 6)
    boxes = [section.locator(".cells button").nth(k).bounding_box() for k in range(6)]
    first, last = boxes[0], boxes[5]
    assert first
    assert last
    assert last["x"] > first["x"]
    assert last["y"] < first["y"]
    texts = section.locator(".ups span").all_text_contents()
    assert texts == ["20", "10"]


def test_samples_lie_where_they_are(page, server, feed):
    feed(levels=[0.0] * 6, step=2, at=(0.5, 0.5))
    section = opened(page, server, 6)
    drawn(page)
    centre = section.locator(".cells button canvas").first.evaluate(
        """(canvas) => {
            const { data, width, height } = canvas.getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height);
            let [x, y, n] = [0, 0, 0];
            for (let p = 0; p < width * height; p++) if (data[4 * p + 3] > 60) {
                x += p % width; y += Math.floor(p / width); n += 1;
            }
            return [x / n / width, y / n / height];
        }"""
    )
    # The extent is -1 to 1 and its margin 6 %: 0.5 lies at 0.06 + 0.88 * 0.75 from the left.
    assert centre[0] == pytest.approx(0.72, abs=0.03)
    assert centre[1] == pytest.approx(0.28, abs=0.03)


def test_a_click_and_the_keyboard_open_a_cell(page, server, feed):
    feed(levels=[0.3] * 6, step=3)
    section = opened(page, server, 6)
    cells = section.locator(".cells button")
    cells.nth(4).hover()
    expect(section.locator("aside p")).to_have_text("cell 4")
    cells.nth(4).click()
    expect(page.get_by_text("Picked 4")).to_be_visible()
    cells.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # there is no third row
    expect(cells.nth(4)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # there is no fourth column
    expect(cells.nth(5)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Picked 5")).to_be_visible()
