"""The live grid in a real browser, fed by a small script of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import holds_code
from tests.waiting import until

pytestmark = pytest.mark.browser

SCRIPT = """
import io, json, os
from pathlib import Path
import numpy as np
import streamlit as st
from PIL import Image
from pages.widgets.live_grid import Frame, live_grid

def sprite(level):
    tiles = np.full((32, 64), level, np.uint8)
    tiles[:8, :8] = 255 - level
    out = io.BytesIO()
    Image.fromarray(tiles).save(out, "png")
    return out.getvalue()

@st.fragment(run_every=0.2)
def live():
    now = json.loads(Path(os.environ["CONTROL"]).read_text())
    levels = now["levels"]
    if now.get("lose") and st.session_state.get("lost") != now["lose"]:
        st.session_state["lost"] = now["lose"]
        ledger = st.session_state["grid.ledger"]
        from pages.widgets.live_grid import digest
        ledger.counts = {digest(sprite(level)): 9 for level in levels}
    picked = live_grid(
        key="grid", run=now["run"], rows=4, cols=8, title="Fixed z",
        picture=sprite(levels[-1]) if levels else None, step=100 * len(levels),
        frames=[Frame(100 * (i + 1), sprite(level)) for i, level in enumerate(levels[:-1])],
        real=sprite(7), labels=[f"number {i}" for i in range(32)], on_pick=lambda: None,
    )
    if picked is not None:
        st.session_state["picked"] = picked
    st.caption(f"Picked {st.session_state.get('picked')}")
    if all((st.session_state.get(key) or {}).get("code") for key in ("grid",)):
        st.caption("The browser holds the code.")

live()
"""
FIRST = {"run": "a", "levels": []}


def opened(page: Page, server: tuple[str, Path], frames: int) -> Locator:
    page.goto(server[0])
    section = page.locator(".st-key-grid section.grid")
    expect(section).to_have_attribute("data-frames", str(frames))
    return section


def grey(section: Locator) -> int:
    """The grey in the middle of the last tile, as the canvas shows it."""
    return section.locator(".plot > canvas").evaluate(
        """(canvas) => {
            const [x, y] = [canvas.width * 15 / 16, canvas.height * 7 / 8];
            return canvas.getContext('2d').getImageData(x, y, 1, 1).data[0];
        }"""
    )


def expect_grey(section: Locator, level: int) -> None:
    until(lambda: grey(section) == level, f"a grey of {level}", 10.0)


def test_a_new_snapshot_replaces_the_one_before_without_a_blank(page, server, feed):
    feed(levels=[])
    section = opened(page, server, 0)
    expect(section.locator(".empty")).to_be_visible()
    feed(levels=[200])
    expect_grey(section, 200)
    page.evaluate("""() => {
        window.greys = new Set();
        const canvas = document.querySelector('[data-testid=stBidiComponentIsolated]')
            .shadowRoot.querySelector('canvas');
        const look = () => {
            const [x, y] = [canvas.width * 15 / 16, canvas.height * 7 / 8];
            const [r, , , a] = canvas.getContext('2d').getImageData(x, y, 1, 1).data;
            greys.add(a === 255 ? r : -1);
            requestAnimationFrame(look);
        };
        look();
    }""")
    feed(levels=[200, 100])
    expect_grey(section, 100)
    expect(section.locator(".step")).to_have_text("step 200")
    greys = page.evaluate("[...greys]")
    # It fades: values between the two, nothing outside, never transparent.
    assert min(greys) >= 99
    assert max(greys) <= 201
    assert len(greys) > 2


def test_the_history_can_be_scrubbed_and_stays_where_it_was_put(page, server, feed):
    feed(levels=[10, 60, 110, 160])
    section = opened(page, server, 4)
    expect_grey(section, 160)
    slider = section.get_by_role("slider", name="History")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect_grey(section, 60)
    feed(levels=[10, 60, 110, 160, 210])
    expect(section).to_have_attribute("data-frames", "5")
    expect(section).to_have_attribute("data-step", "200")
    assert grey(section) == 60
    section.get_by_role("button", name="Newest").click()
    expect_grey(section, 210)
    section.get_by_role("button", name="Play").click()
    expect(section).to_have_attribute("data-step", "100")
    expect(section).to_have_attribute("data-step", "500")
    expect_grey(section, 210)


def test_real_pictures_can_be_switched_to(page, server, feed):
    feed(levels=[90])
    section = opened(page, server, 1)
    section.get_by_role("button", name="Real").click()
    expect_grey(section, 7)
    expect(section.locator(".step")).to_have_text("real pictures")
    section.get_by_role("button", name="Generated").click()
    expect_grey(section, 90)


def test_a_tile_is_enlarged_by_pointer_and_keyboard_and_can_be_picked(page, server, feed):
    feed(levels=[90])
    section = opened(page, server, 1)
    expect_grey(section, 90)
    plot = section.get_by_role("img")
    plot.hover(position={"x": 5, "y": 5})
    expect(section.locator(".lens")).to_contain_text("#1 · number 0")
    plot.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(section.locator(".lens")).to_contain_text("#10 · number 9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Picked 9")).to_be_visible()


def test_a_lost_sprite_heals(page, server, feed):
    feed(levels=[90])
    section = opened(page, server, 1)
    holds_code(page)
    feed(levels=[90, 40], lose="once")
    expect_grey(section, 40)


def test_another_run_starts_afresh(page, server, feed):
    feed(levels=[90, 30])
    section = opened(page, server, 2)
    feed(levels=[222], run="b")
    expect(section).to_have_attribute("data-frames", "1")
    expect_grey(section, 222)
