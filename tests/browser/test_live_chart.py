"""The live chart in a real browser, fed by a small script of its own."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import drawn, holds_code
from tests.waiting import until

pytestmark = pytest.mark.browser

SCRIPT = """
import json, os
from pathlib import Path
import numpy as np
import streamlit as st
from pages.widgets.live_chart import Flag, Line, Series, live_chart

def control():
    return json.loads(Path(os.environ["CONTROL"]).read_text())

@st.fragment(run_every=0.2)
def live():
    now = control()
    step = np.arange(10, 10 * now["rows"] + 10, 10)
    d, g = np.cos(step / 300), np.sin(step / 300)
    if now.get("nan"):
        g[-1] = np.nan
    if now.get("lose") and st.session_state.get("lost") != now["lose"]:
        # As if three messages in a row had been replaced on their way.
        st.session_state["lost"] = now["lose"]
        st.session_state["one.cursor"].sent = [int(step[-2])] * 3
    for key in ("one", "two"):
        live_chart(
            key=key, run=now["run"], columns={"step": step, "d": d, "g": g}, title=f"Chart {key}",
            series=[Series("d", "D loss", "D"), Series("g", "G loss", "G")],
            lines=[Line(0.5, "half")], flags=[Flag(200, "R1")],
        )
    if all((st.session_state.get(key) or {}).get("code") for key in ("one", "two")):
        st.caption("The browser holds the code.")

def charts():
    live()

def other():
    st.title("Elsewhere")

st.navigation([st.Page(charts, title="Charts"), st.Page(other, title="Other")]).run()
"""
FIRST = {"run": "a", "rows": 0}


def chart(page: Page, key: str = "one") -> Locator:
    return page.locator(f".st-key-{key} section.chart")


def open_charts(page: Page, server: tuple[str, Path], rows: int) -> Locator:
    page.goto(server[0])
    expect(chart(page)).to_have_attribute("data-rows", str(rows))
    return chart(page)


def drag(page: Page, section: Locator, start: float, end: float) -> None:
    box = section.locator(".plot").bounding_box()
    assert box
    y = box["y"] + 100
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    page.mouse.up()


def test_it_says_that_it_waits_and_then_takes_every_row(page, server, feed):
    feed(rows=0)
    section = open_charts(page, server, 0)
    expect(section.locator(".empty")).to_have_text("The curve starts with the first step")
    for rows in (1, 40, 400):
        feed(rows=rows)
        expect(section).to_have_attribute("data-rows", str(rows))
        expect(section).to_have_attribute("data-last", str(10 * rows))
    expect(section.locator(".empty")).to_be_hidden()


def test_zoom_survives_increments_and_belongs_to_one_chart(page, server, feed):
    feed(rows=200)
    section = open_charts(page, server, 200)
    drag(page, section, 0.4, 0.6)
    expect(section).to_have_attribute("data-view", re.compile(r"[\d.]+:[\d.]+"))
    view = section.get_attribute("data-view")
    feed(rows=300)
    expect(section).to_have_attribute("data-rows", "300")
    assert section.get_attribute("data-view") == view
    expect(chart(page, "two")).to_have_attribute("data-view", "all")
    section.locator(".plot").dblclick(position={"x": 200, "y": 120})
    expect(section).to_have_attribute("data-view", "all")


def test_following_keeps_the_newest_step_in_view(page, server, feed):
    feed(rows=200)
    section = open_charts(page, server, 200)
    section.get_by_role("button", name="Follow").click()
    for rows in (260, 320):
        feed(rows=rows)
        expect(section).to_have_attribute("data-rows", str(rows))
        low, high = map(float, (section.get_attribute("data-view") or "").split(":"))
        assert low > 0
        assert high >= 10 * rows


def test_lost_messages_heal(page, server, feed):
    feed(rows=100)
    section = open_charts(page, server, 100)
    holds_code(page)
    feed(rows=150, lose="once")
    expect(section).to_have_attribute("data-rows", "150")
    expect(section).to_have_attribute("data-first", "10")


def test_another_run_clears_the_chart_and_its_zoom(page, server, feed):
    feed(rows=200)
    section = open_charts(page, server, 200)
    drag(page, section, 0.4, 0.6)
    expect(section).not_to_have_attribute("data-view", "all")
    feed(rows=3, run="b")
    expect(section).to_have_attribute("data-rows", "3")
    expect(section).to_have_attribute("data-view", "all")


def test_a_step_taken_back_disappears(page, server, feed):
    feed(rows=120)
    section = open_charts(page, server, 120)
    holds_code(page)
    feed(rows=117)
    expect(section).to_have_attribute("data-rows", "117")
    feed(rows=50)
    expect(section).to_have_attribute("data-rows", "50")


def test_it_is_whole_again_after_a_visit_to_another_page(page, server, feed):
    feed(rows=80)
    section = open_charts(page, server, 80)
    holds_code(page)
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_text("Elsewhere")).to_be_visible()
    feed(rows=90)
    page.get_by_role("link", name="Charts").click()
    expect(section).to_have_attribute("data-rows", "90")
    expect(section).to_have_attribute("data-first", "10")


def test_the_keyboard_reads_zooms_and_hides_curves(page, server, feed):
    feed(rows=100, nan=True)
    section = open_charts(page, server, 100)
    plot = section.get_by_role("img")
    assert "D loss" in (plot.get_attribute("aria-label") or "")
    plot.focus()
    page.keyboard.press("ArrowLeft")
    expect(section.locator(".tip b")).to_have_text("step 1,000")
    expect(section.locator(".tip")).to_contain_text("not a number")
    page.keyboard.press("+")
    expect(section).not_to_have_attribute("data-view", "all")
    page.keyboard.press("0")
    expect(section).to_have_attribute("data-view", "all")
    entry = section.get_by_role("button", name="G loss")
    entry.focus()
    page.keyboard.press("Enter")
    expect(entry).to_have_attribute("aria-pressed", "false")
    plot.hover(position={"x": 200, "y": 100})
    expect(section.locator(".tip")).to_be_visible()
    expect(section.locator(".tip")).not_to_contain_text("G loss")


def test_the_wheel_zooms_only_with_ctrl_or_after_a_click(page, server, feed):
    feed(rows=200)
    section = open_charts(page, server, 200)
    box = section.locator(".plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    page.mouse.wheel(0, -240)
    drawn(page)
    expect(section).to_have_attribute("data-view", "all")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    expect(section).not_to_have_attribute("data-view", "all")


def test_two_fingers_zoom_and_a_double_tap_shows_all(chromium, server, feed):
    feed(rows=200)
    context = chromium.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
    page = context.new_page()
    section = open_charts(page, server, 200)
    box = section.locator(".plot").bounding_box()
    assert box
    fingers = context.new_cdp_session(page)

    def touch(kind: str, *shares: float) -> None:
        points = [
            {"x": box["x"] + u * box["width"], "y": box["y"] + 100, "id": i}
            for i, u in enumerate(shares)
        ]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.45)
    touch("touchStart", 0.45, 0.55)
    for spread in (0.1, 0.15, 0.2):
        touch("touchMove", 0.5 - spread, 0.5 + spread)
    touch("touchEnd")
    expect(section).not_to_have_attribute("data-view", "all")
    low, high = map(float, (section.get_attribute("data-view") or "").split(":"))
    # What lay a tenth apart now lies four tenths apart: a quarter of the run is in view.
    assert (high - low) / 1990 == pytest.approx(0.25, rel=0.15)
    page.wait_for_timeout(400)  # what taps within 300 ms is part of a double tap
    for _ in range(2):
        touch("touchStart", 0.5)
        touch("touchEnd")
    expect(section).to_have_attribute("data-view", "all")
    context.close()


def test_a_change_of_theme_recolours_and_keeps_the_zoom(page, server, feed):
    feed(rows=200)
    page.emulate_media(color_scheme="light")
    section = open_charts(page, server, 200)
    line = section.locator(".legend line").first
    expect(line).to_have_attribute("stroke", "#6F4BC3")
    drag(page, section, 0.4, 0.6)
    expect(section).not_to_have_attribute("data-view", "all")
    view = section.get_attribute("data-view")
    page.emulate_media(color_scheme="dark")
    expect(line).to_have_attribute("stroke", "#B69CFF")
    assert section.get_attribute("data-view") == view


def test_it_never_blinks_and_never_mounts_twice(page, server, feed):
    feed(rows=60)
    open_charts(page, server, 60)
    holds_code(page)
    page.evaluate("""() => {
        const seen = new Set();
        window.watch = { frames: 0, blank: 0, seen };
        const look = () => {
            watch.frames += 1;
            const canvas = document.querySelector('[data-testid=stBidiComponentIsolated]')
                ?.shadowRoot.querySelector('canvas');
            seen.add(canvas);
            const { width, height } = canvas;
            const pixels = canvas.getContext('2d').getImageData(width / 2, 0, 40, height).data;
            if (!pixels.some((v) => v)) watch.blank += 1;
            requestAnimationFrame(look);
        };
        look();
    }""")
    for rows in range(70, 130, 10):
        feed(rows=rows)
        expect(chart(page)).to_have_attribute("data-rows", str(rows))
    frames, blank, canvases = page.evaluate("[watch.frames, watch.blank, watch.seen.size]")
    assert frames > 20
    assert (blank, canvases) == (0, 1)


def test_the_code_travels_only_until_the_browser_holds_it(page, server, feed):
    sizes: list[int] = []
    feed(rows=100)
    with page.expect_websocket(lambda socket: "stream" in socket.url) as opening:
        page.goto(server[0])
    socket = opening.value
    socket.on("framereceived", lambda frame: sizes.append(len(frame)))
    expect(chart(page)).to_have_attribute("data-rows", "100")
    first = max(sizes)

    def largest() -> int:
        sizes.clear()
        while len(sizes) < 10:  # of more than one answer
            socket.wait_for_event("framereceived")
        return max(sizes)

    until(lambda: largest() < first / 5, "the browser says that it holds the code")
