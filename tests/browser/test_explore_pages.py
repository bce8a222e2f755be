"""The Digits and the Latent space page in a real browser, with the shipped model."""

import re

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import at_rest

pytestmark = pytest.mark.browser


def test_typing_a_number_writes_it_and_a_click_gives_a_digit_another_z(page: Page, bare_url: str):
    page.goto(f"{bare_url}/digits")
    box = page.get_by_label("A number, a date, a phone number")
    expect(box).to_have_value("2026", timeout=60_000)
    box.fill("3141")
    box.press("Enter")
    expect(page.get_by_text("The classifier reads")).to_contain_text("3141")
    grid = page.locator(".st-key-written .grid")
    expect(grid).to_have_attribute("data-shown", re.compile("."))
    before = grid.get_attribute("data-shown")
    plot = page.locator(".st-key-written .plot")
    size = plot.bounding_box()
    assert size is not None
    plot.click(position={"x": size["width"] / 8, "y": size["height"] / 2})
    expect(grid).not_to_have_attribute("data-shown", before or "")
    expect(page.get_by_text("The classifier reads")).to_contain_text("3141")


def test_dragging_the_pad_changes_the_picture_and_asks_no_server(page: Page, bare_url: str):
    sent: list[int] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: sent.append(len(data)))

    page.on("websocket", watch)
    page.goto(f"{bare_url}/latent-space?panel=Pad")
    pad = page.locator(".st-key-pad .pad")
    expect(pad).to_have_attribute("data-ink", re.compile(r"\d"), timeout=60_000)
    place = page.locator(".st-key-pad .map").bounding_box()
    assert place is not None
    x, y, w, h = place["x"], place["y"], place["width"], place["height"]
    page.mouse.move(x + 0.5 * w, y + 0.5 * h)
    page.mouse.down()
    at_rest(page, lambda: len(sent))  # components say once that the browser holds their code
    before, sent_before = pad.get_attribute("data-ink"), len(sent)
    seen = set()
    for k in range(20):
        page.mouse.move(x + (0.1 + 0.04 * k) * w, y + 0.2 * h)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        seen.add(pad.get_attribute("data-ink"))
    page.mouse.up()
    assert len(seen - {before}) > 10
    assert len(sent) == sent_before
    expect(pad).to_have_attribute("data-at", "0.860,0.800")
    page.locator(".st-key-pad .map").press("ArrowLeft")
    expect(pad).to_have_attribute("data-at", "0.840,0.800")


def test_the_walk_plays_pauses_and_is_scrubbed(page: Page, bare_url: str):
    page.goto(f"{bare_url}/latent-space")
    film = page.locator(".st-key-film .film")
    expect(film).to_have_attribute("data-frame", re.compile("[1-9]"), timeout=60_000)
    page.get_by_role("button", name="Pause").click()
    frame = page.locator(".st-key-film").get_by_label("Frame")
    frame.fill("42")
    expect(film).to_have_attribute("data-frame", "42")
    expect(page.get_by_text("43 of 60")).to_be_visible()


def test_a_drawn_three_comes_back_as_a_picture_read_as_three(page: Page, bare_url: str):
    page.goto(f"{bare_url}/latent-space?panel=Inversion")
    board = page.locator(".st-key-board canvas")
    expect(board).to_be_visible(timeout=60_000)
    place = board.bounding_box()
    assert place is not None

    def at(u: float, v: float) -> tuple[float, float]:
        return place["x"] + u * place["width"], place["y"] + v * place["height"]

    page.mouse.move(*at(0.32, 0.25))
    page.mouse.down()
    way = [(0.5, 0.16), (0.66, 0.25), (0.64, 0.38), (0.48, 0.47), (0.66, 0.56), (0.7, 0.7)]
    for u, v in [*way, (0.6, 0.82), (0.44, 0.85), (0.3, 0.77)]:
        page.mouse.move(*at(u, v), steps=4)
    page.mouse.up()
    expect(page.get_by_text("The classifier reads G's picture as 3")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Walk from it").click()
    expect(page.get_by_text("The first one is your picture.")).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-film .film")).to_have_attribute("data-frame", re.compile("[1-9]"))


def test_a_walk_of_points_is_drawn_in_the_plane_and_kept_as_a_video(page: Page, bare_url: str):
    page.goto(f"{bare_url}/latent-space?model=playground-ring")
    film = page.locator(".st-key-film .film")
    expect(film).to_have_attribute("data-frame", re.compile("[1-9]"), timeout=60_000)
    page.get_by_role("button", name="Pause").click()
    canvas = page.locator(".st-key-film canvas.picture").first
    frame = page.locator(".st-key-film").get_by_label("Frame")
    seen = set()
    for place in ("0", "20", "59"):
        frame.fill(place)
        expect(film).to_have_attribute("data-frame", place)
        seen.add(canvas.evaluate("(one) => one.toDataURL()"))
    assert len(seen) == 3
    page.locator(".st-key-film").get_by_label("Speed").select_option("2")
    page.get_by_role("button", name="There and back").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Video").click()
    assert waiting.value.suggested_filename == "playground-ring-walk.webm"
    content = waiting.value.path().read_bytes()
    assert content[:4] == bytes.fromhex("1a45dfa3")  # what every WebM begins with (EBML)
    assert b"webm" in content[:64]
    # It opens, and lasts as long as its frames do at double speed.
    seconds = page.evaluate(LENGTH, list(content))
    assert 60 / 30 - 0.5 < seconds < 60 / 30 * 3  # a busy machine records late, never early


LENGTH = """async (bytes) => {
  const video = document.createElement("video");
  video.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: "video/webm" }));
  await new Promise((done, wrong) => { video.onloadedmetadata = done; video.onerror = wrong; });
  video.currentTime = 1e6; // a recorded WebM tells its length only at its end
  await new Promise((done) => { video.onseeked = done; });
  return video.currentTime;
}"""
