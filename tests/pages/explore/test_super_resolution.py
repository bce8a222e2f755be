"""The super-resolution page, without a browser: panels, methods, tables, refusals."""

from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from skimage import data

from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from pages.explore.picture_download import losses
from pages.explore.picture_measures import marked
from tests.pages.explore.superres import png, select, words


def test_a_cold_start_shows_a_comparison_with_measures(app):
    assert app.title[0].value == "Super-resolution"
    assert len(app.get("bidi_component")) == 1
    text = words(app)
    assert "| Bicubic | " in text
    assert "PSNR-Y (dB)" in text
    assert "BT.601" in text


@pytest.mark.slow
def test_without_an_original_no_psnr_is_invented(app):
    app.radio[0].set_value("A small picture").run()
    # 451 x 300 pixels are above what is computed unasked.
    app.button[0].click().run()
    assert "PSNR-Y" not in words(app)
    assert "LR-consistency" in words(app)


def test_a_region_is_computed_at_once(app):
    app.radio[0].set_value("A small picture")
    app.toggle[0].set_value(True).run()
    assert "| Lean SRGAN ×4 | " in words(app)


def test_strength_blends(app):
    app.slider[0].set_value(0.5).run()
    assert "Lean SRGAN ×4, α = 0.5" in words(app)


def test_without_a_method_the_page_asks_for_one(app):
    next(one for one in app.button_group if one.label == "Methods").set_value([]).run()
    assert "Choose at least one method." in [one.value for one in app.info]
    assert "PSNR-Y" not in words(app)


def test_an_upload_is_measured_and_a_bad_one_is_refused_in_one_sentence(app):
    app.selectbox[0].set_value("Your own").run()
    assert "Choose a picture" in app.info[0].value
    app.file_uploader[0].upload("mine.png", png(data.coffee()[:80, :90]), "image/png").run()
    assert "| Bicubic | " in words(app)
    app.file_uploader[0].upload("evil.png", b"not a picture", "image/png").run()
    assert "evil.png is not a picture" in app.error[0].value


def test_the_protocol_is_chosen_and_printed(app):
    control = next(one for one in app.segmented_control if one.label == "PSNR and SSIM on")
    control.set_value("RGB").run()
    assert "PSNR-RGB (dB)" in words(app)
    assert "red, green and blue" in words(app)


def test_the_best_of_each_column_is_bold():
    table = marked(["up", "down"], {"a": (1.0, None), "b": (2.0, 3.0)}, (1, 1), (max, min))
    assert table.splitlines()[2] == "| a | 1.0 | n/a |"
    assert table.splitlines()[3] == "| b | **2.0** | **3.0** |"


def test_each_scale_begins_with_the_networks_made_for_it(app, tmp_path):
    methods = app.pills[0]
    assert methods.value == ["bicubic", "sr-x4-psnr", "sr-x4-gan"]
    assert "smaller body" in methods.help
    weights.save(tmp_path / "sr-x2-psnr.safetensors", LeanSRResNet(2, 8, 1), {})
    scale = next(one for one in app.segmented_control if one.label == "Scale")
    scale.set_value(2).run()
    assert app.pills[0].value == ["bicubic", "sr-x2-psnr"]
    assert "| Lean SRResNet ×2 | " in words(app)


def test_a_picture_too_large_for_the_screen_is_said_to_be_cut(app, monkeypatch):
    assert "is shown" not in words(app)
    monkeypatch.setattr("pages.explore.one_picture.VIEWED", 10_000)
    monkeypatch.setattr("pages.explore.one_picture.MIDDLE", 90)
    app.run()
    assert "448×300 pixels are too many for the screen: the middle, 90×90, is shown" in words(app)


def test_what_a_format_loses_is_said_beside_the_choice(app):
    assert losses("PNG", True, True, True) == losses("WebP (lossless)", False, False, True) == ""
    said = losses("WebP (lossless)", True, True, False)
    assert said.startswith("In WebP grey becomes equal red, green and blue and 16 bits")
    assert "transparency becomes white" in losses("JPEG", False, False, True)
    select(app, "Picture").set_value("Your own").run()
    deep = np.linspace(0, 65535, 400).astype(np.uint16).reshape(20, 20)
    app.file_uploader[0].upload("deep.png", png(deep), "image/png").run()
    app.radio[0].set_value("A small picture").run()
    assert losses("JPEG", True, True, False) not in words(app)
    select(app, "Format").set_value("JPEG").run()
    assert losses("JPEG", True, True, False) in words(app)


def safetensors(folder: Path, network: torch.nn.Module) -> bytes:
    path = folder / "some.safetensors"
    weights.save(path, network, {})
    return path.read_bytes()


def test_networks_that_are_dropped_in_have_their_names_and_a_folder_of_their_own(app, tmp_path):
    torch.manual_seed(5)
    first = safetensors(tmp_path, LeanSRResNet(4, 8, 1))
    second = safetensors(tmp_path, LeanSRResNet(4, 8, 2))
    drop = next(one for one in app.file_uploader if one.label == "Weights")
    drop.upload("../../Mine.safetensors", first).upload("Mine.safetensors", second)
    drop.upload("broken.pth", b"nothing").run()
    text = words(app)
    assert "| Mine.safetensors | " in text
    assert "| Mine.safetensors (2) | " in text
    (error,) = app.error
    assert error.value.startswith("broken.pth: ")
    assert error.value.count("broken.pth") == 2
    used = {Path(key[1].method) for key in app.session_state["sr_results"]}
    dropped = [path for path in used if path.suffix]
    (folder,) = {path.parents[1] for path in dropped}
    assert len(dropped) == 2
    assert folder.stat().st_mode & 0o077 == 0
    st.cache_resource.clear()  # as it happens when the session ends
    assert not folder.exists()
