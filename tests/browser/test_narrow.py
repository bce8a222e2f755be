"""On a narrow screen nothing is cut off that has to be read or pressed."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Lab

pytestmark = pytest.mark.browser

SCROLLED = """() => [...document.querySelectorAll('[data-testid=stMain] *')]
  .filter(one => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
  .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 2)
  .map(one => one.textContent.slice(0, 60))"""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("image_gans?preset=digits", "Recipe."),
        ("image_gans?preset=infogan", "Recipe."),
        ("super-resolution?panel=Train+one", "What to watch."),
        ("super-resolution?panel=Many+files", "Drop any number of pictures"),
        ("digits?panel=Make+a+data+set", "The command makes the same bytes"),
    ],
)
def test_nothing_has_to_be_pulled_sideways(page: Page, lab: Lab, path: str, words: str):
    page.set_viewport_size({"width": 1024, "height": 900})
    page.goto(f"{lab.url}/{path}")
    expect(page.get_by_text(words).first).to_be_visible(timeout=3 * PATIENCE)
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_function(f"() => ({SCROLLED})().length === 0")


def test_a_small_chart_keeps_its_switches_within_its_column(page: Page, lab: Lab):
    page.set_viewport_size({"width": 1024, "height": 900})
    page.goto(f"{lab.url}/playground")
    for name in ("How often D is right", "What reaches G"):
        chart = page.locator(".chart", has_text=name)
        expect(chart).to_be_visible()
        column = chart.bounding_box()
        switch = chart.get_by_role("button", name="Log").bounding_box()
        assert column
        assert switch
        assert switch["x"] + switch["width"] <= column["x"] + column["width"] + 1


def test_a_sum_of_pictures_stands_in_one_row(page: Page, lab: Lab):
    page.set_viewport_size({"width": 1024, "height": 900})
    page.goto(f"{lab.url}/latent-space?panel=Arithmetic")
    pictures = page.locator("[data-testid=stMain] [data-testid=stImage] img")
    expect(pictures).to_have_count(4)
    expect(page.get_by_text("Measured")).to_be_visible()
    tops = {round(one.bounding_box()["y"]) for one in pictures.all()}
    assert len(tops) == 1
