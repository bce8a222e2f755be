"""Odd files, dropped on the page as an original and as a small picture: a sentence or a result."""

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from pages.explore.picture_choice import ORIGINAL, OWN, SMALL
from tests.images.files import PHOTO, file, noise, png_header, tiff
from tests.pages.explore.superres import PAGE, words

FRAMES = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime")]
TURNED = Image.Exif()
TURNED[0x0112] = 6
GREY = Image.fromarray(PHOTO[..., 0])
PLAIN = Image.fromarray(PHOTO)

NO_PICTURES = {
    "0 bytes": b"",
    "text": b"dear diary",
    "SVG": b"<svg/>",
    "cut off": file(PLAIN, "JPEG")[:700],
    "claims 50,000×50,000": png_header(50_000, 50_000),
}
TOO_SMALL = {
    f"{w}×{h}": file(Image.new("RGB", (w, h), (9, 90, 200)))
    for w, h in [(1, 1), (1, 50), (50, 1), (3, 3)]
}
ODD = {
    "4×4": file(PLAIN.resize((4, 4))),
    "5×50": file(PLAIN.resize((5, 50))),
    "CMYK": file(PLAIN.convert("CMYK"), "JPEG"),
    "palette with transparency": file(PLAIN.quantize(16), transparency=3),
    "grey and alpha": file(Image.merge("LA", [GREY, GREY])),
    "16-bit grey": file(Image.fromarray(noise(16, 20))),
    "16-bit RGB": tiff(noise(16, 20, 3), photometric="rgb"),
    "1-bit": file(Image.fromarray(PHOTO[..., 0] > 99)),
    "animated GIF": file(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]),
    "turned": file(PLAIN, "JPEG", exif=TURNED),
    "broken profile": file(PLAIN, icc_profile=b"not a profile at all" * 9),
    "floating point": file(Image.fromarray(np.ones((16, 16), np.float32)), "TIFF"),
}


@pytest.fixture
def drop(tmp_path, monkeypatch):
    """Drop a file of some kind on the page, as it is found after a choice of 'Your own'."""
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("ganlab.evaluation.superres.squeezenet_is_there", lambda: False)
    st.cache_data.clear()
    torch.manual_seed(0)
    weights.save(tmp_path / "sr-x4-psnr.safetensors", LeanSRResNet(4, 8, 1), {})

    def dropped(content: bytes, kind: str) -> AppTest:
        app = AppTest.from_file(str(PAGE), default_timeout=120)
        app.session_state["sr_picture"] = OWN
        app.session_state["sr_kind"] = kind
        app.run()
        return app.file_uploader[0].upload("mine.png", content, "image/png").run()

    return dropped


def words_with_a_result(app: AppTest) -> str:
    """What the page says where a network's result stands in its table, and no error beside it."""
    assert not app.exception
    assert not app.error
    told = words(app)
    assert "| Lean SRResNet ×4 | " in told
    return told


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_is_named_in_one_sentence(drop, content):
    app = drop(content, ORIGINAL)
    assert not app.exception
    assert [error.value.count("mine.png") for error in app.error] == [1]


@pytest.mark.parametrize("content", TOO_SMALL.values(), ids=TOO_SMALL)
def test_an_original_too_small_to_be_shrunk_says_what_to_do(drop, content):
    app = drop(content, ORIGINAL)
    assert not app.exception
    (error,) = app.error
    assert "take it as a small picture" in error.value


@pytest.mark.parametrize("content", [*TOO_SMALL.values(), *ODD.values()], ids=[*TOO_SMALL, *ODD])
def test_a_small_picture_of_any_kind_is_enlarged(drop, content):
    assert "LR-consistency" in words_with_a_result(drop(content, SMALL))


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_original_of_any_kind_is_measured(drop, content):
    assert "PSNR-Y" in words_with_a_result(drop(content, ORIGINAL))
