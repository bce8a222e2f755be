"""What is chosen can be read: the colours of selected words on both themes' paper."""

import re

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.conftest import Lab

pytestmark = pytest.mark.browser
AA = 4.5
"""The contrast that the Web Content Accessibility Guidelines want of small words."""
CHOSEN = "[data-variant][data-selected], [data-testid=stSliderThumbValue]"
COLOUR = "e => getComputedStyle(e).color"
PAPER = "e => getComputedStyle(document.querySelector('.stApp')).backgroundColor"


def luminance(colour: str) -> float:
    """Relative luminance of 'rgb(r, g, b)', as the guidelines define it."""
    parts = (int(one) / 255 for one in re.findall(r"\d+", colour)[:3])
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_chosen_words_stand_out_from_the_paper(chromium: Browser, lab: Lab, scheme):
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{lab.url}/loss-dynamics")
    chosen = page.locator(CHOSEN)
    chosen.nth(3).wait_for()
    look(chosen)
    page.goto(f"{lab.url}/playground")
    page.locator(".st-key-all-settings button").click()  # a dialog stands outside of the page
    page.locator("[role=dialog] [data-testid=stSliderThumbValue]").first.wait_for()
    look(page.locator("[role=dialog]").locator(CHOSEN))
    context.close()


def look(chosen: Locator) -> None:
    for one in chosen.all():
        pair = luminance(one.evaluate(COLOUR)), luminance(one.evaluate(PAPER))
        assert (max(pair) + 0.05) / (min(pair) + 0.05) >= AA, one.inner_text()
