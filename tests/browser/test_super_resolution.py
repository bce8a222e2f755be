"""The super-resolution page in a real browser: upload, compare, region, cancel, download."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from skimage import data

from ganlab.superres import weights
from ganlab.superres.networks import LeanSRResNet
from tests.browser.streamlit_server import ROOT, serve

pytestmark = pytest.mark.browser

APP = f"""
import streamlit as st
st.set_page_config(layout="wide")
page = st.Page({str(ROOT / "pages/explore/super_resolution.py")!r}, default=True)
st.navigation([page]).run()
"""


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("superres")
    for name in ("sr-x4-psnr", "sr-x4-gan"):
        torch.manual_seed(len(name))
        weights.save(folder / f"{name}.safetensors", LeanSRResNet(4, 16, 2), {})
    script = folder / "app.py"
    script.write_text(APP, encoding="utf-8")
    with serve(Path(script), {"GANLAB_CHECKPOINTS": str(folder)}) as address:
        yield address


def upload(page: Page, url: str, array: np.ndarray) -> None:
    page.goto(url)
    expect(page.locator(".compare")).to_have_attribute("data-ready", "true", timeout=60_000)
    page.get_by_role("combobox", name="Picture", exact=True).click()
    page.get_by_role("option", name="Your own").click()
    expect(page.get_by_text("Choose a picture to begin.")).to_be_visible(timeout=60_000)
    chooser = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    file = {"name": "mine.png", "mimeType": "image/png", "buffer": png(array)}
    chooser.set_input_files([file])  # type: ignore[list-item]


def test_an_upload_is_compared_and_comes_back_with_its_size_mode_and_profile(page: Page, url: str):
    upload(page, url, data.coffee()[:48, :64])
    expect(page.get_by_text("16×12 → 64×48 pixels")).to_be_visible(timeout=60_000)
    page.get_by_test_id("stRadioGroup").get_by_text("A small picture").click()
    expect(page.get_by_text("64×48 → 256×192 pixels")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("LR-consistency (dB)")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 256×192 PNG").click()
    with Image.open(download.value.path()) as image:
        assert (image.size, image.mode) == ((256, 192), "RGB")
        assert "icc_profile" in image.info


def test_a_large_picture_waits_for_a_word_a_region_does_not_and_cancel_ends_it(
    page: Page, url: str
):
    upload(page, url, np.tile(data.coffee(), (3, 3, 1)))
    page.get_by_test_id("stRadioGroup").get_by_text("A small picture").click()
    expect(page.get_by_text("1800×1200 → 7200×4800 pixels")).to_be_visible(timeout=60_000)
    go = page.get_by_role("button", name="Enlarge", exact=True)
    expect(go).to_be_visible(timeout=60_000)
    go.click()
    stop = page.get_by_role("button", name="Cancel")
    stop.click(timeout=60_000)
    expect(go).to_be_visible(timeout=60_000)
    expect(stop).to_be_hidden()
    page.get_by_test_id("stCheckbox").get_by_text("A region first").click()
    expect(page.get_by_text("128×128 → 512×512 pixels")).to_be_visible(timeout=60_000)
    expect(page.locator(".compare")).to_have_attribute("data-ready", "true", timeout=60_000)
