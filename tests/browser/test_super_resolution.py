"""The super-resolution page in a real browser: compared, wiped, zoomed, blended, cancelled, taken.

One server has small networks with random weights, so that nothing takes long.
"""

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from playwright.sync_api import Locator, Page, expect
from skimage import data

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store
from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from tests.browser.conftest import until
from tests.browser.streamlit_server import ROOT, serve

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


def choose(page: Page, label: str, option: str) -> None:
    """Take an option of a list, which is opened again if the page closes it while it settles."""
    wanted = page.locator("[role=option]").get_by_text(option, exact=True)

    def opened_list() -> bool:
        page.get_by_role("combobox", name=label, exact=True).click()
        page.wait_for_timeout(1000)
        return wanted.is_visible()

    until(opened_list, f"{label} offers {option}")
    wanted.click()
    page.wait_for_timeout(500)  # until the page runs, with what was there before still on it
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)


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


P3 = {b"rXYZ": (0.51512, 0.24120, -0.00105), b"gXYZ": (0.29198, 0.69225, 0.04189)}
P3[b"bXYZ"] = (0.15710, 0.06657, 0.78407)
"""Primaries of Display P3 under D50, as Apple's profile holds them."""


def display_p3() -> bytes:
    """Pillow's sRGB profile with the primaries of Display P3, which has the same curve."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for index in range(struct.unpack_from(">I", content, 128)[0]):
        name, start, _ = struct.unpack_from(">4sII", content, 132 + 12 * index)
        if name in P3:
            struct.pack_into(">3i", content, start + 8, *(round(v * 65536) for v in P3[name]))
    return bytes(content).replace("sRGB".encode("utf-16-be"), "P3P3".encode("utf-16-be"))


def from_p3(colour: tuple[int, int, int]) -> np.ndarray:
    """The same colour in sRGB by CSS Color 4: linear light, a matrix, and the curve again."""
    matrix = [[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]]
    coded = np.array(colour) / 255
    light = np.array(matrix) @ np.where(
        coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4
    )
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def test_a_picture_in_p3_comes_back_in_srgb_in_every_format(page: Page, url: str):
    colour = (200, 120, 60)
    upload(page, url, np.full((24, 32, 3), colour, np.uint8), display_p3())
    call_it_small(page)
    expect(page.get_by_text("32×24 → 128×96 pixels")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("were converted from the profile")).to_be_visible()
    choose(page, "Result", "Bicubic")
    for label, format in (("PNG", "PNG"), ("JPEG", "JPEG"), ("WebP (lossless)", "WEBP")):
        if label != "PNG":
            choose(page, "Format", label)
        button = page.get_by_role("button", name=f"Download 128×96 {label}")
        expect(button).to_be_visible(timeout=SLOW)
        with page.expect_download() as download:
            button.click()
        with Image.open(download.value.path()) as image:
            assert (image.format, image.size, image.mode) == (format, (128, 96), "RGB")
            profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
            assert "sRGB" in ImageCms.getProfileDescription(profile)
            middle = np.asarray(image)[40:56, 56:72].reshape(-1, 3)
        np.testing.assert_allclose(middle, np.tile(from_p3(colour), (256, 1)), atol=2.5)


def test_grey_of_sixteen_bits_with_transparency_comes_back_as_such(page: Page, url: str):
    from ganlab.images.picture import Picture
    from ganlab.images.reading import read
    from ganlab.images.writing import encode

    grey = np.linspace(0, 65535, 40 * 48).astype(np.uint16).reshape(40, 48)
    alpha = np.where(np.arange(48) < 24, 65535, 9000).astype(np.uint16) * np.ones_like(grey)
    opened(page, url)
    page.get_by_role("combobox", name="Picture", exact=True).click()
    page.get_by_role("option", name="Your own").click()
    expect(page.get_by_text("Choose a picture to begin.")).to_be_visible(timeout=SLOW)
    content = encode(Picture(grey, alpha), "PNG")
    chooser = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    file = {"name": "deep.png", "mimeType": "image/png", "buffer": content}
    chooser.set_input_files([file])  # type: ignore[list-item]
    call_it_small(page)
    expect(page.get_by_text("48×40 → 192×160 pixels")).to_be_visible(timeout=SLOW)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 192×160 PNG").click(timeout=SLOW)
    result = read(Path(download.value.path()).read_bytes())
    assert (result.bits, result.grey, result.width, result.height) == (16, True, 192, 160)
    assert result.alpha is not None
    assert (int(result.alpha[0, 0]), int(result.alpha[0, -1])) == (65535, 9000)


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
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=SLOW)
    assert record.info().step > at
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
