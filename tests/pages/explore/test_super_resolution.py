"""The super-resolution page, without a browser: panels, methods, tables, refusals."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from streamlit.testing.v1 import AppTest

from ganlab.presets import preset
from ganlab.runs.store import Store
from ganlab.runs.superres import create
from ganlab.superres import weights
from ganlab.superres.networks import LeanSRResNet
from ganlab.superres.plan import Plan
from pages.explore.picture_measures import marked

PAGE = Path(__file__).parents[3] / "pages" / "explore" / "super_resolution.py"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("ganlab.superres.benchmark.squeezenet_is_there", lambda: False)
    monkeypatch.setattr("ganlab.runs.hub.FRESH_SECONDS", 0.0)
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


def run_of(store: Store, trained: bool = True) -> str:
    """A super-resolution run that has ended, with a network if it was trained."""
    record = create(store, Plan(steps=40), "Mine")
    found = {"psnr": 32.0, "ssim": 0.9, "bicubic_psnr": 31.5, "bicubic_ssim": 0.8}
    if trained:
        torch.manual_seed(3)
        weights.save(record.network, LeanSRResNet(4, 8, 1), {})
        progress = {"step": 40, "seconds": 9.0, "speed": 4.0}
        record.set_facts(state="finished", words="", progress=progress, results=found)
    return record.id


def test_a_training_is_queued_with_its_plan_and_watched(app, lab):
    app.segmented_control[0].set_value("Train one").run()
    app.button[0].click().run()
    assert not app.exception
    (info,) = Store(lab).infos()
    assert (info.kind, info.state) == ("superres", "queued")
    assert info.config == Plan(steps=600).to_json()
    assert app.query_params["run"] == info.id
    assert len(app.get("bidi_component")) == 3


def test_a_trained_run_is_watched_compared_and_downloaded(app, lab):
    run_id = run_of(Store(lab))
    app.query_params["run"] = run_id
    app.segmented_control[0].set_value("Train one").run()
    assert not app.exception
    assert [one.label for one in app.metric] == ["This network, PSNR-Y", "Bicubic, PSNR-Y"]
    assert app.metric[0].delta == "+0.50 dB against bicubic"
    assert len(app.get("bidi_component")) == 5
    assert "Network" in [one.proto.label for one in app.get("download_button")]


def test_a_trained_run_is_one_of_the_methods(app, lab):
    run_id = run_of(Store(lab))
    run_of(Store(lab), trained=False)
    app.run()
    label = f"Mine ({run_id[-4:]})"
    assert app.pills[0].options.count(label) == 1
    path = str(Store(lab).open(run_id).network)
    app.pills[0].set_value(["bicubic", path]).run()
    assert not app.exception
    assert f"| {label} | " in words(app)


def test_srgan_goes_on_from_a_run_of_ones_own(app, lab):
    run_id = run_of(Store(lab))
    app.segmented_control[0].set_value("Train one").run()
    app.segmented_control[1].set_value("srgan").run()
    assert not app.exception
    app.button[0].click().run()
    assert not app.exception
    child = next(info for info in Store(lab).infos() if info.preset == "srgan")
    assert Store(lab).open(child.id).facts()["start"] == run_id


def test_a_run_of_another_kind_is_not_shown(app, lab):
    gan = Store(lab).create(preset("digits"))
    app.query_params["run"] = gan.id
    app.segmented_control[0].set_value("Train one").run()
    assert not app.exception
    assert "trains no super-resolution network" in app.error[0].value


def test_the_protocol_is_chosen_and_printed(app):
    control = next(one for one in app.segmented_control if one.label == "PSNR and SSIM on")
    control.set_value("RGB").run()
    assert not app.exception
    assert "PSNR-RGB (dB)" in words(app)
    assert "red, green and blue" in words(app)


def test_the_best_of_each_column_is_bold():
    table = marked(["up", "down"], {"a": (1.0, None), "b": (2.0, 3.0)}, (1, 1), (max, min))
    assert table.splitlines()[2] == "| a | 1.0 | n/a |"
    assert table.splitlines()[3] == "| b | **2.0** | **3.0** |"
