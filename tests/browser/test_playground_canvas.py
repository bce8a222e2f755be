"""The playground's canvas in a real browser, fed by a small script of its own."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SCRIPT = """
import json, os, time
from pathlib import Path
import numpy as np
import streamlit as st
from pages.widgets.canvas_frames import CanvasFrame
from pages.widgets.playground_canvas import playground_canvas

rng = np.random.default_rng(0)
real, z = rng.standard_normal((200, 2)) / 2, rng.standard_normal((200, 2))
x, y = np.meshgrid(np.linspace(-2, 2, 24), np.linspace(-2, 2, 24))

def frame(step, still):
    turn = 0 if still else step / 60
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    fake = z @ spin * 0.6
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9)), -1) @ spin
    return CanvasFrame(step, {
        "fake": fake, "landscape": 3 * (x - 0.5), "manifold": grid, "arrows": -fake / 10,
    })

@st.fragment(run_every=0.4)
def live():
    now = json.loads(Path(os.environ["CONTROL"]).read_text())
    if now["frames"] == "clock":
        st.session_state.setdefault("began", time.time())
        count = int((time.time() - st.session_state["began"]) * 15) + 1
    else:
        count = now["frames"]
    frames = [frame(10 * i, now.get("still")) for i in range(max(0, count - 40), count)]
    for key in ("one", "two"):
        behind = frames[:-1] if key == "two" and now.get("behind") else frames
        if now.get("lose") and st.session_state.get(f"lost {key}") != now["lose"]:
            # As if the message before had been replaced on its way.
            st.session_state[f"lost {key}"] = now["lose"]
            st.session_state[f"{key}.cursor"].sent = [frames[-2].step]
        answer = playground_canvas(
            key=key, run=now["run"], extent=(-2, 2, -2, 2), real=real, frames=behind,
            playing=now["frames"] == "clock", clock=now.get("clock", ""), history=key == "one",
            mode=now.get("mode", "watch") if key == "one" else "watch", at=now.get("at"),
            most_points=120, on_points=lambda: None, on_at=lambda: None,
        )
        if answer.points is not None:
            within = abs(answer.points).max() <= 2
            st.session_state["drawn"] = f"Drawn {len(answer.points)} within {within}"
        st.caption(f"{key} at {answer.at}")
    st.caption(st.session_state.get("drawn", ""))

live()
"""
FIRST = {"run": "a", "frames": 0}


def canvas(page: Page, key: str = "one") -> Locator:
    return page.locator(f".st-key-{key} section.playground")


def opened(page: Page, server: tuple[str, Path]) -> Locator:
    page.goto(server[0])
    expect(canvas(page).locator("canvas")).to_be_visible()
    return canvas(page)


def pictures(section: Locator, seconds: float) -> int:
    """How many different pictures the canvas shows in that time, by a hash of its pixels."""
    return section.locator("canvas").evaluate(
        """(canvas, seconds) => new Promise((resolve) => {
            const seen = new Set();
            const small = new OffscreenCanvas(160, 160);
            const ink = small.getContext('2d', { willReadFrequently: true });
            const began = performance.now();
            const look = () => {
                ink.clearRect(0, 0, 160, 160);
                ink.drawImage(canvas, 0, 0, 160, 160);
                let hash = 0;
                for (const v of ink.getImageData(0, 0, 160, 160).data) hash = (hash * 31 + v) | 0;
                seen.add(hash);
                if (performance.now() - began > seconds * 1000) resolve(seen.size);
                else requestAnimationFrame(look);
            };
            look();
        })""",
        seconds,
    )


def colour(section: Locator, u: float, v: float) -> list[int]:
    """The pixel at a share of the canvas's width and height."""
    return section.locator("canvas").evaluate(
        """(canvas, [u, v]) => [...canvas.getContext('2d')
            .getImageData(u * canvas.width, v * canvas.height, 1, 1).data]""",
        [u, v],
    )


def test_it_moves_in_at_least_twenty_pictures_a_second_while_playing(page, server, feed):
    feed(frames="clock")
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", re.compile(r"\d{2,}"))
    page.wait_for_timeout(2000)
    # A machine that is busy elsewhere may miss the rate in one second, and not in all of them.
    counts = []
    while len(counts) < 8 and max(counts, default=0) < 20:
        moved = int(section.get_attribute("data-moved") or 0)
        shown = pictures(section, 1.0)
        counts.append(min(shown, int(section.get_attribute("data-moved") or 0) - moved))
    assert max(counts) >= 20, counts


def test_it_rests_at_the_newest_frame_when_no_more_come(page, server, feed):
    feed(frames=12)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "110")
    feed(frames=20)
    expect(section).to_have_attribute("data-step", "190")
    page.wait_for_timeout(600)
    moved = section.get_attribute("data-moved")
    page.wait_for_timeout(1000)
    assert section.get_attribute("data-moved") == moved


def test_a_step_taken_back_moves_back(page, server, feed):
    feed(frames=30)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "290")
    page.wait_for_timeout(1200)
    feed(frames=28)
    expect(section).to_have_attribute("data-step", "270")
    expect(section).to_have_attribute("data-last", "270")


def test_lost_frames_heal(page, server, feed):
    feed(frames=10)
    section = opened(page, server)
    expect(section).to_have_attribute("data-frames", "10")
    page.wait_for_timeout(1500)  # until the browser has said that it holds the code
    feed(frames=30, lose="once")
    expect(section).to_have_attribute("data-frames", "30")
    expect(section).to_have_attribute("data-step", "290")


def test_layers_are_switched_by_their_legend(page, server, feed):
    feed(frames=5, still=True)
    section = opened(page, server)
    expect(section).to_have_attribute("data-layers", "real fake landscape")
    entry = section.get_by_role("button", name="D's landscape")
    # Right of x = 0.5 D finds points real; a corner without points shows its colour alone.
    assert colour(section, 0.97, 0.9)[3] > 0
    entry.focus()
    page.keyboard.press("Enter")
    expect(entry).to_have_attribute("aria-pressed", "false")
    expect(section).to_have_attribute("data-layers", "real fake")
    page.wait_for_timeout(300)
    assert colour(section, 0.97, 0.9)[3] == 0
    section.get_by_role("button", name="G's manifold").click()
    section.get_by_role("button", name="Arrows").click()
    expect(section).to_have_attribute("data-layers", "real fake manifold arrows")
    feed(frames=6, still=True)
    expect(section).to_have_attribute("data-step", "50")
    expect(section).to_have_attribute("data-layers", "real fake manifold arrows")


def test_the_probe_says_where_it_is_and_what_d_answers(page, server, feed):
    feed(frames=5, still=True)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "40")
    stage = section.get_by_role("img")
    stage.focus()
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    # At the right border the score is 3 (2 - 0.5) = 4.5, and σ(4.5) = 0.989.
    expect(section.locator(".tip")).to_contain_text("x 2, y 0")
    expect(section.locator(".tip")).to_contain_text("D(x) = 0.989, looks real")
    section.get_by_role("button", name="probability").click()
    stage.focus()
    page.keyboard.press("ArrowRight")
    expect(section.locator(".tip")).to_contain_text("score ")


def test_the_slider_goes_back_and_the_page_hears_of_it(page, server, feed):
    feed(frames=20)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "190")
    slider = section.get_by_role("slider", name="Step of the run")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(section).to_have_attribute("data-step", "170")
    expect(page.get_by_text("one at 170")).to_be_visible()
    feed(frames=24)
    expect(section).to_have_attribute("data-last", "230")
    expect(section).to_have_attribute("data-step", "170")
    section.get_by_role("button", name="Newest").click()
    expect(section).to_have_attribute("data-step", "230")
    expect(page.get_by_text("one at None")).to_be_visible()


def test_python_may_show_a_stored_step(page, server, feed):
    feed(frames=20)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "190")
    feed(frames=20, at=64)
    expect(section).to_have_attribute("data-step", "60")
    feed(frames=20)
    expect(section).to_have_attribute("data-step", "190")


def test_canvases_with_one_clock_show_one_step_and_one_set_of_layers(page, server, feed):
    feed(frames=10, clock="race", behind=True)
    section = opened(page, server)
    other = canvas(page, "two")
    # The first has step 90 already and waits for the other.
    expect(section).to_have_attribute("data-last", "90")
    for one in (section, other):
        expect(one).to_have_attribute("data-step", "80")
    other.get_by_role("button", name="Real points").click()
    for one in (section, other):
        expect(one).to_have_attribute("data-layers", "fake landscape")


def test_going_back_all_canvases_of_a_clock_show_a_step_that_each_of_them_holds(page, server, feed):
    feed(frames=10, clock="race", behind=True, at=90)
    section = opened(page, server)
    for one in (section, canvas(page, "two")):
        expect(one).to_have_attribute("data-step", "80")


def test_another_run_starts_afresh(page, server, feed):
    feed(frames=20)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "190")
    feed(frames=2, run="b")
    expect(section).to_have_attribute("data-frames", "2")
    expect(section).to_have_attribute("data-step", "10")


def stroke(page: Page, section: Locator, *path: tuple[float, float]) -> None:
    box = section.locator(".stage").bounding_box()
    assert box
    places = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in path]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def drawn(section: Locator) -> int:
    return int(section.get_attribute("data-points") or 0)


def test_points_can_be_drawn_erased_undone_cleared_and_used(page, server, feed):
    feed(frames=0, mode="draw")
    section = opened(page, server)
    use = section.get_by_role("button", name="Use these points")
    expect(use).to_be_disabled()
    expect(section.locator(".empty")).to_have_text("Draw where real points should lie")
    stroke(page, section, (0.2, 0.5), (0.5, 0.5))
    expect(use).to_be_enabled()
    page.wait_for_timeout(200)
    some = drawn(section)
    assert some > 10
    section.get_by_role("button", name="Eraser").click()
    stroke(page, section, (0.2, 0.5), (0.3, 0.5))
    page.wait_for_timeout(200)
    assert 0 < drawn(section) < some
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
