"""The super-resolution page, without a browser: panels, methods, tables, refusals."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from streamlit.testing.v1 import AppTest

from ganlab.superres import weights
from ganlab.superres.networks import LeanSRResNet
from pages.explore.one_picture import marked

PAGE = Path(__file__).parents[3] / "pages" / "explore" / "super_resolution.py"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("ganlab.superres.benchmark.squeezenet_is_there", lambda: False)
    for name in ("sr-x4-psnr", "sr-x4-gan"):
        torch.manual_seed(len(name))
        weights.save(tmp_path / f"{name}.safetensors", LeanSRResNet(4, 8, 1), {})
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


def test_a_cold_start_shows_a_comparison_with_measures(app):
    assert not app.exception
    assert app.title[0].value == "Super-resolution"
    assert len(app.get("bidi_component")) == 1
    text = words(app)
    assert "| Bicubic | " in text
    assert "PSNR-Y (dB)" in text
    assert "BT.601" in text


def test_without_an_original_no_psnr_is_invented(app):
    app.radio[0].set_value("A small picture").run()
    assert not app.exception
    # 451 x 300 pixels are above what is computed unasked.
    app.button[0].click().run()
    assert not app.exception
    assert "PSNR-Y" not in words(app)
    assert "LR-consistency" in words(app)


def test_a_region_is_computed_at_once(app):
    app.radio[0].set_value("A small picture")
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert "| SRGAN ×4 | " in words(app)


def test_strength_blends(app):
    app.slider[0].set_value(0.5).run()
    assert not app.exception
    assert "SRGAN ×4, α = 0.5" in words(app)


def test_an_upload_is_measured_and_a_bad_one_is_refused_in_one_sentence(app):
    app.selectbox[0].set_value("Your own").run()
    assert "Choose a picture" in app.info[0].value
    app.file_uploader[0].upload("mine.png", png(data.coffee()[:80, :90]), "image/png").run()
    assert not app.exception
    assert "| Bicubic | " in words(app)
    app.file_uploader[0].upload("evil.png", b"not a picture", "image/png").run()
    assert not app.exception
    assert "evil.png is not a picture" in app.error[0].value


def test_every_panel_opens(app):
    for panel in ("Many files", "Train one", "One picture"):
        app.segmented_control[0].set_value(panel).run()
        assert not app.exception, panel


def test_the_best_of_each_column_is_bold():
    table = marked(["up", "down"], {"a": (1.0, None), "b": (2.0, 3.0)}, (1, 1), (max, min))
    assert table.splitlines()[2] == "| a | 1.0 | n/a |"
    assert table.splitlines()[3] == "| b | **2.0** | **3.0** |"
