"""What the super-resolution page enlarges: once, on request where it is slow, within its room."""

import os

import numpy as np
import pytest
import streamlit as st
from skimage import data

from ganlab.images.picture import Picture
from ganlab.networks.community import RRDBNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.trained.upscaling import Region, UpscaleRequest, Upscaling
from pages.explore import enlarged, picture_choice, picture_download, picture_measures
from pages.explore.enlarged import is_slow
from tests.pages.explore.superres import Calls, png, select, words


def test_another_format_or_quality_measures_and_enlarges_nothing_again(app, monkeypatch):
    scored = Calls(monkeypatch, picture_measures, "score_of")
    spectra = Calls(monkeypatch, picture_measures.quality, "power_spectrum")
    maps = Calls(monkeypatch, picture_measures, "error_maps")
    written = Calls(monkeypatch, picture_download, "encode")
    made = Calls(monkeypatch, enlarged, "Upscaling")
    select(app, "Format").set_value("JPEG").run()
    select(app, "Format").set_value("PNG").run()
    select(app, "Format").set_value("JPEG").run()
    assert (scored.count, spectra.count, maps.count, made.count) == (0, 0, 0, 0)
    assert written.count == 1


def test_an_upload_is_decoded_once(app, monkeypatch):
    select(app, "Picture").set_value("Your own").run()
    decoded = Calls(monkeypatch, picture_choice, "read")
    app.file_uploader[0].upload("mine.png", png(data.coffee()[:80, :90]), "image/png").run()
    select(app, "Format").set_value("JPEG").run()
    app.radio[0].set_value("A small picture").run()
    assert decoded.count == 1


@pytest.mark.slow
def test_cancelling_the_third_method_keeps_the_first_two(app, monkeypatch):
    inner = Upscaling.__iter__

    def cancelled_at_the_gan(self):
        if self.request.method == "sr-x4-gan":
            st.stop()
        yield from inner(self)

    monkeypatch.setattr(Upscaling, "__iter__", cancelled_at_the_gan)
    select(app, "Picture").set_value("Coffee").run()
    kept = [key[1].method for key in app.session_state["sr_results"] if key[0] == "Coffee/4"]
    assert kept == ["bicubic", "sr-x4-psnr"]
    monkeypatch.setattr(Upscaling, "__iter__", inner)
    made = Calls(monkeypatch, enlarged, "Upscaling")
    app.run()
    assert made.count == 1
    assert "| Lean SRGAN ×4 | " in words(app)


def test_a_large_network_waits_for_a_word_where_a_lean_one_does_not():
    picture = Picture(np.zeros((240, 240, 3), np.uint8))
    work = Upscaling(picture, UpscaleRequest("bicubic", 4))
    assert not is_slow({work.request: work})
    work.network = LeanSRResNet(4)
    assert not is_slow({work.request: work})
    work.network = RRDBNet(4)
    assert is_slow({work.request: work})
    work.part = Region(0, 0, 64, 64)
    assert not is_slow({work.request: work})


def test_results_beyond_what_a_session_keeps_are_left_out_and_said(app, monkeypatch):
    monkeypatch.setattr("pages.explore.enlarged.MOST_BYTES", 900_000)
    select(app, "Picture").set_value("Coffee").run()
    assert "so the first 2 are left out: choose a region" in app.warning[0].value
    assert "| Lean SRGAN ×4 | " in words(app)
    assert "| Bicubic | " not in words(app)


@pytest.mark.parametrize("which", ["method", "partner"])
def test_a_file_that_a_run_has_written_anew_is_another_version(tmp_path, which):
    files = {"method": tmp_path / "gan.safetensors", "partner": tmp_path / "psnr.safetensors"}
    for path in files.values():
        path.write_bytes(b"")
        os.utime(path, ns=(10, 10))
    order = UpscaleRequest(str(files["method"]), 4, strength=0.5, base=str(files["partner"]))
    assert enlarged._version(order) == (10, 10)
    os.utime(files[which], ns=(20, 20))
    assert sorted(enlarged._version(order)) == [10, 20]
    assert enlarged._version(UpscaleRequest("sr-x4-gan", 4, strength=0.5)) == ()
