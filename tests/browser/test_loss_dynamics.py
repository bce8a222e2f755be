"""The loss-dynamics page in a real browser: links, controls, clicks on the field, no errors."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Lab

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine redraws late
PANELS = {"Loss functions": 1, "Optimal discriminator": 3, "Dirac-GAN": 4, "In practice": 1}


@pytest.fixture(autouse=True)
def no_runs(lab: Lab) -> None:
    """The lab as it is before the first run: the last panel offers stored ones where there are."""
    lab.stop_all()
    for record in lab.store.records():
        lab.store.delete(record.id)


def visit(page: Page, lab: Lab, **query: str) -> None:
    page.goto(f"{lab.url}/loss-dynamics?{urlencode(query)}")
    idle(page)
    expect(page.get_by_role("heading", name="Loss dynamics")).to_be_visible()


def idle(page: Page) -> None:
    page.locator(
        "[data-testid=stApp][data-test-connection-state=CONNECTED]"
        "[data-test-script-state=notRunning]"
    ).wait_for(timeout=30_000)


def charts(page: Page, count: int) -> None:
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(count)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_panels_are_one_click_apart_and_remembered_in_the_address(lab: Lab, page: Page):
    visit(page, lab)
    for panel in ("Dirac-GAN", "In practice", "Optimal discriminator"):
        page.locator(".st-key-panel").get_by_text(panel, exact=True).click()
        charts(page, PANELS[panel])
        page.wait_for_url(
            lambda url, panel=panel: parse_qs(urlsplit(url).query)["panel"] == [panel]
        )


def test_a_slider_changes_the_gradient_and_the_address(lab: Lab, page: Page):
    visit(page, lab)
    gradient = page.get_by_text("99 times more")
    expect(gradient).to_be_visible()
    slider = page.locator(".st-key-answer input[type=range]")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    expect(page.get_by_text("9 times more", exact=True)).to_be_visible()
    page.wait_for_url(re.compile("answer=0.1"))


def test_a_shared_link_brings_the_same_game(lab: Lab, page: Page):
    visit(page, lab, panel="Dirac-GAN", game="R1", gamma_r1="0.6", h="0.5", steps="100")
    expect(page.get_by_text("It settles.")).to_be_visible()
    gamma = page.locator(".st-key-gamma_r1 input[type=range]")
    expect(gamma).to_have_value("0.6")
    page.locator(".st-key-gamma_r1_critical button").click()
    expect(gamma).to_have_value("1")
    page.wait_for_url(re.compile(r"gamma_r1=1(\.0)?(&|$)"))


def test_nonsense_in_the_address_is_ignored(lab: Lab, page: Page):
    visit(page, lab, panel="Dirac-GAN", game="no such game", h="many", theta0="1e9")
    charts(page, 4)
    expect(page.get_by_text("It circles.")).to_be_visible()


def test_a_click_on_an_arrow_starts_there(lab: Lab, page: Page):
    visit(page, lab, panel="Dirac-GAN", game="R1")
    charts(page, 4)
    field = page.locator(".st-key-dirac_field .nsewdrag")
    expect(field).to_be_visible()
    box = field.bounding_box()
    assert box is not None
    # The third grid point from the left in the middle row: θ well below 0, ψ = 0.
    page.mouse.move(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.5)
    page.mouse.click(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.5)
    page.wait_for_url(re.compile("theta0=-"))
    idle(page)
    assert float(query(page)["theta0"][0]) < -0.5
    expect(page.get_by_text("It settles.")).to_be_visible()


def test_the_walker_follows_the_path_when_asked(lab: Lab, page: Page):
    visit(page, lab, panel="Dirac-GAN", game="R1")
    charts(page, 4)
    where = "document.querySelector('.st-key-dirac_field .js-plotly-plot').data.at(-1)"
    assert page.evaluate(f"{where}.opacity") == 0
    page.locator(".st-key-dirac_field .updatemenu-button").click()
    page.wait_for_function(f"{where}.opacity === 1 && {where}.x[0] < 0")


def test_on_a_tablet_nothing_sticks_out_sideways(lab: Lab, page: Page):
    page.set_viewport_size({"width": 1024, "height": 800})
    for panel, count in PANELS.items():
        visit(page, lab, panel=panel)
        charts(page, count)
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
