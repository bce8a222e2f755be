"""Looking inside a GAN as a person does."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from ganlab.trained.discriminator import ROUNDS
from tests.browser.conftest import Lab

pytestmark = pytest.mark.browser


def test_the_game_is_played_with_two_keys(page: Page, lab: Lab):
    page.goto(f"{lab.url}/inside?panel=You+against+D&game=7")
    main = page.get_by_test_id("stMain")
    for name in ("Real", "Generated"):  # which listen to the keys
        main.get_by_role("button", name=name).wait_for()
    for number in range(ROUNDS):
        expect(main.get_by_text(f"Picture {number + 1} of {ROUNDS}")).to_be_visible()
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
    expect(main.get_by_text(re.compile("You win|D wins|A draw"))).to_be_visible()
    expect(main.get_by_test_id("stMetric")).to_have_count(3)


def test_a_click_on_a_block_shows_what_its_layer_gives(page: Page, lab: Lab):
    page.goto(f"{lab.url}/inside?panel=The+networks")
    main = page.get_by_test_id("stMain")
    words = main.get_by_test_id("stMarkdownContainer")  # and not what the diagram says on hovering
    told = words.get_by_text(re.compile(r"gives [\d×, ]+$")).first
    expect(told).to_be_visible()
    before = told.inner_text()
    diagram = main.get_by_test_id("stPlotlyChart").first
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        box = diagram.bounding_box()  # anew, for what stands above may still be growing
        assert box
        diagram.click(position={"x": share * box["width"], "y": 0.54 * box["height"]})
        with suppress(AssertionError):  # no block lies there
            expect(told).not_to_have_text(before, timeout=4_000)  # a busy server answers late
            return
    pytest.fail(f"no click changed what is told: {before}")
