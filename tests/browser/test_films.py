"""Films of a training, taken home from the page that shows the run."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import sprite, to_png
from ganlab.presets import preset
from tests.browser.conftest import Lab

pytestmark = pytest.mark.browser

STEPS = range(10, 130, 10)
SIGNS = {"WebM": (0, bytes.fromhex("1a45dfa3")), "MP4": (4, b"ftyp")}
"""What a file of each kind has near its beginning, and where (EBML; ISO/IEC 14496-12)."""
PLAYED = """async (bytes) => {
  const video = document.createElement("video");
  video.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)]));
  await new Promise((done, fail) => { video.onloadeddata = done; video.onerror = fail; });
  return [video.videoWidth, video.videoHeight];
}"""


@pytest.fixture(scope="module")
def run_id(lab: Lab) -> str:
    """A finished run whose pictures grow brighter, without any training."""
    record = lab.store.create(preset("digits"), "Brighter")
    recorder = Recorder(record, ())
    for step in STEPS:
        recorder.write(sample=(step, to_png(sprite(np.full((64, 1, 28, 28), step, np.uint8)))))
    done = {"step": STEPS[-1], "seconds": 1.0, "speed": 0.0}
    recorder.write(facts={"state": "finished", "progress": done, "real_count": 1_797})
    recorder.close()
    return record.id


@pytest.fixture
def taker(page: Page, lab: Lab, run_id: str) -> Locator:
    page.goto(f"{lab.url}/image_gans?run={run_id}")
    return page.locator("section.taker")


def taken(page: Page, taker: Locator, kind: str) -> tuple[str, bytes]:
    """The name and the content of the film that one click gives."""
    with page.expect_download() as waiting:
        taker.get_by_role("button", name=kind, exact=True).click()
    with open(waiting.value.path(), "rb") as file:  # noqa: PTH123
        return waiting.value.suggested_filename, file.read()


def test_one_click_gives_a_gif_with_every_frame_and_the_step_below_if_asked(
    page: Page, taker: Locator, run_id: str
):
    taker.get_by_text("Step below").click()
    name, content = taken(page, taker, "GIF")
    assert name == f"{run_id}-film.gif"
    with Image.open(io.BytesIO(content)) as gif:
        assert gif.n_frames == len(STEPS)
        assert gif.width == 448
        assert gif.height > 448
        assert gif.convert("L").getpixel((5, 5)) == STEPS[0]
    expect(taker.locator("output")).to_have_text(f"{len(STEPS)} frames in {name}")


@pytest.mark.parametrize("kind", SIGNS)
def test_one_click_gives_a_video_that_plays(page: Page, taker: Locator, kind: str):
    expect(taker).to_be_visible()
    if not taker.get_by_role("button", name=kind, exact=True).is_visible():
        pytest.skip(f"this Chromium was built without what {kind} needs")
    name, content = taken(page, taker, kind)
    assert name.endswith(f".{kind.lower()}")
    start, sign = SIGNS[kind]
    assert content[start:].startswith(sign)
    assert page.evaluate(PLAYED, list(content)) == [448, 448]


def test_a_second_click_gives_up_and_another_film_can_be_taken(page: Page, taker: Locator):
    expect(taker).to_be_visible()
    kind = "WebM" if taker.get_by_role("button", name="WebM").is_visible() else "MP4"
    taker.get_by_role("button", name=kind, exact=True).click()
    expect(taker.locator("output")).to_contain_text("Recording")
    expect(taker.get_by_role("button", name="GIF", exact=True)).to_be_disabled()
    taker.get_by_role("button", name="Cancel").click()
    assert taken(page, taker, "GIF")[1].startswith(b"GIF89a")


def test_a_browser_that_records_no_mp4_says_so_and_offers_webm(page: Page, lab: Lab, run_id: str):
    page.add_init_script("MediaRecorder.isTypeSupported = (kind) => kind.startsWith('video/webm');")
    page.goto(f"{lab.url}/image_gans?run={run_id}")
    taker = page.locator("section.taker")
    expect(taker.locator("output")).to_have_text("This browser records no MP4: take WebM.")
    expect(taker.get_by_role("button", name="MP4")).to_be_hidden()
    expect(taker.get_by_role("button", name="WebM")).to_be_visible()
