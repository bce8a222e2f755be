"""The playground's canvas in a real browser, fed by a small script of its own."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import canvas_feed
from tests.browser.canvas_feed import canvas, opened
from tests.browser.conftest import at_rest, holds_code
from tests.waiting import until

pytestmark = pytest.mark.browser
SCRIPT, FIRST = canvas_feed.SCRIPT, canvas_feed.FIRST


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
    at_rest(page, lambda: section.get_attribute("data-moved"))


def test_a_step_taken_back_moves_back(page, server, feed):
    feed(frames=30)
    section = opened(page, server)
    expect(section).to_have_attribute("data-step", "290")
    holds_code(page)
    feed(frames=28)
    expect(section).to_have_attribute("data-step", "270")
    expect(section).to_have_attribute("data-last", "270")


def test_lost_frames_heal(page, server, feed):
    feed(frames=10)
    section = opened(page, server)
    expect(section).to_have_attribute("data-frames", "10")
    holds_code(page)
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
    until(lambda: colour(section, 0.97, 0.9)[3] == 0, "the colour is gone")
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
