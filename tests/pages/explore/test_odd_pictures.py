"""Odd files, dropped on the page as an original and as a small picture: a sentence or a result."""

import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from pages.explore.picture_choice import ORIGINAL, OWN, SMALL
from tests.images.files import PHOTO, file, noise, tiff
from tests.pages.explore.superres import PAGE, words

TOO_SMALL = file(Image.new("RGB", (3, 3), (9, 90, 200)))
ODD = {
    "4×4": file(Image.fromarray(PHOTO).resize((4, 4))),
    "palette with transparency": file(Image.fromarray(PHOTO).quantize(16), transparency=3),
    "16-bit grey": file(Image.fromarray(noise(16, 20))),
    "16-bit RGB": tiff(noise(16, 20, 3), photometric="rgb"),
}
"""Of what the reader knows (tests/images/test_reading.py) a few kinds go through the page."""


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
    assert not app.error
    told = words(app)
    assert "| Lean SRResNet ×4 | " in told
    return told


def test_what_is_no_picture_is_named_in_one_sentence(drop):
    app = drop(file(Image.fromarray(PHOTO), "JPEG")[:700], ORIGINAL)
    assert [error.value.count("mine.png") for error in app.error] == [1]


def test_an_original_too_small_to_be_shrunk_says_what_to_do(drop):
    (error,) = drop(TOO_SMALL, ORIGINAL).error
    assert "take it as a small picture" in error.value


@pytest.mark.parametrize("content", [TOO_SMALL, *ODD.values()], ids=["3×3", *ODD])
def test_a_small_picture_of_any_kind_is_enlarged(drop, content):
    assert "LR-consistency" in words_with_a_result(drop(content, SMALL))


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_original_of_any_kind_is_measured(drop, content):
    assert "PSNR-Y" in words_with_a_result(drop(content, ORIGINAL))
