"""The super-resolution page in a real browser: compared, wiped, zoomed, blended, cancelled, taken.

One server has small networks with random weights, so that nothing takes long.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from skimage import data

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store
from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from tests.browser.streamlit_server import ROOT, serve
from tests.waiting import until

pytestmark = pytest.mark.browser

SLOW = 90_000
"""Milliseconds that the first look at the page may take: it loads torch and the networks."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("superres-home")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("superres")
    for name in ("sr-x4-psnr", "sr-x4-gan"):
        torch.manual_seed(len(name))
        weights.save(folder / f"{name}.safetensors", LeanSRResNet(4, 16, 2), {})
    surroundings = {"GANLAB_CHECKPOINTS": str(folder), "GANLAB_HOME": str(home)}
    with serve(ROOT / "app.py", surroundings) as address:
        yield f"{address}/super-resolution"
        for record in Store(home).records():
            if record.is_alive():
                record.command("stop")


def png(array: np.ndarray, profile: bytes | None = None) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG", icc_profile=profile)
    return buffer.getvalue()


def opened(page: Page, url: str) -> Locator:
    page.goto(url)
    compare = page.locator(".compare")
    expect(compare).to_have_attribute("data-ready", "true", timeout=SLOW)
    return compare


def upload(page: Page, url: str, array: np.ndarray, profile: bytes | None = None) -> None:
    opened(page, url)
    page.get_by_role("combobox", name="Picture", exact=True).click()
    page.get_by_role("option", name="Your own").click()
    expect(page.get_by_text("Choose a picture to begin.")).to_be_visible(timeout=SLOW)
    chooser = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    file = {"name": "mine.png", "mimeType": "image/png", "buffer": png(array, profile)}
    chooser.set_input_files([file])  # type: ignore[list-item]


def call_it_small(page: Page) -> None:
    page.get_by_test_id("stRadioGroup").get_by_text("A small picture").click()


def test_an_upload_is_compared_and_comes_back_with_its_size_mode_and_profile(page: Page, url: str):
    upload(page, url, data.coffee()[:48, :64])
    expect(page.get_by_text("16×12 → 64×48 pixels")).to_be_visible(timeout=SLOW)
    call_it_small(page)
    expect(page.get_by_text("64×48 → 256×192 pixels")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("LR-consistency (dB)")).to_be_visible(timeout=SLOW)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 256×192 PNG").click()
    with Image.open(download.value.path()) as image:
        assert (image.size, image.mode) == ((256, 192), "RGB")
        assert "icc_profile" in image.info


def test_wipe_zoom_and_strength(page: Page, url: str):
    compare = opened(page, url)
    plot = compare.locator(".plot")
    box = plot.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, middle[1], steps=4)
    page.mouse.up()
    expect(compare).to_have_attribute("data-cut", re.compile(r"^0\.(19|20)"))
    compare.get_by_role("button", name="One picture pixel on one screen pixel").click()
    expect(compare).to_have_attribute("data-zoom", "1.000")
    compare.get_by_role("button", name="Zoom in").click()
    expect(compare).to_have_attribute("data-zoom", "2.000")
    # The blend is another picture of the same place: zoom and wipe stay.
    slider = page.get_by_test_id("stSlider").filter(has_text="Strength").get_by_role("slider")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowLeft")
    expect(page.get_by_text("Lean SRGAN ×4, α = 0.5").first).to_be_visible(timeout=SLOW)
    expect(compare).to_have_attribute("data-ready", "true", timeout=SLOW)
    expect(compare).to_have_attribute("data-zoom", "2.000")
    expect(compare).to_have_attribute("data-cut", re.compile(r"^0\.(19|20)"))


def test_a_large_picture_waits_for_a_word_a_region_does_not_and_cancel_ends_it(
    page: Page, url: str
):
    upload(page, url, np.tile(data.coffee(), (3, 3, 1)))
    call_it_small(page)
    expect(page.get_by_text("1800×1200 → 7200×4800 pixels")).to_be_visible(timeout=SLOW)
    go = page.get_by_role("button", name="Enlarge", exact=True)
    expect(go).to_be_visible(timeout=SLOW)
    go.click()
    stop = page.get_by_role("button", name="Cancel")
    stop.click(timeout=SLOW)
    expect(go).to_be_visible(timeout=SLOW)
    expect(stop).to_be_hidden()
    page.get_by_test_id("stCheckbox").get_by_text("A region first").click()
    expect(page.get_by_text("128×128 → 512×512 pixels")).to_be_visible(timeout=SLOW)
    expect(page.locator(".compare")).to_have_attribute("data-ready", "true", timeout=SLOW)


def started(page: Page, url: str, home: Path) -> RunFolder:
    """A small training that the page has started."""
    page.goto(f"{url}?panel=Train+one")
    page.get_by_role("button", name="Train", exact=True).click(timeout=SLOW)
    page.wait_for_url(re.compile("run=srresnet"), timeout=SLOW)
    return Store(home).open(re.findall(r"run=([a-z0-9-]+)", page.url)[0])


def test_a_training_is_watched_paused_resumed_and_becomes_a_method(
    page: Page, url: str, home: Path
):
    record = started(page, url, home)
    expect(page.get_by_text("This network, PSNR-Y")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Bicubic, PSNR-Y")).to_be_visible()
    expect(page.locator(".grid .step")).to_have_text(re.compile("step"), timeout=SLOW)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=SLOW)
    at = record.info().step
    assert record.facts()["checkpoint_step"] == at
    expect(page.locator(".compare")).to_have_attribute("data-ready", "true", timeout=SLOW)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=SLOW)
    until(lambda: record.info().step > at, "it trains again")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=SLOW)
    # The same crops over time, from before the first step on.
    history = page.get_by_label("History")
    expect(history).to_be_visible(timeout=SLOW)
    history.fill("0")
    expect(page.locator(".grid .step")).to_have_text(re.compile(r"^step 0"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Network", exact=True).click()
    assert Path(download.value.path()).read_bytes() == record.network.read_bytes()
    opened(page, url)
    page.get_by_test_id("stButtonGroup").get_by_text(f"SRResNet ({record.id[-4:]})").click()
    row = page.get_by_role("cell", name=f"SRResNet ({record.id[-4:]})")
    expect(row).to_be_visible(timeout=SLOW)
