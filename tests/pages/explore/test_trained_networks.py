"""A run of one's own on the super-resolution page: queued, watched, compared, gone on from."""

import pytest
import torch

from ganlab.errors import UnknownRun
from ganlab.jobs.store import Store
from ganlab.jobs.superres import create
from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from ganlab.presets import preset
from ganlab.presets.superres import superres_config
from pages.explore import superres_methods, watch_superres
from tests.pages.explore.superres import Calls, words


def run_of(store: Store, trained: bool = True) -> str:
    """A super-resolution run that has ended, with a network if it was trained."""
    record = create(store, superres_config("srresnet", steps=40), "Mine", "srresnet")
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
    (info,) = Store(lab).infos()
    assert (info.kind, info.state) == ("superres", "queued")
    assert info.config == superres_config("srresnet", steps=600).to_json()
    assert app.query_params["run"] == info.id
    assert len(app.get("bidi_component")) == 5  # three to see, and two that watch over the polling


def test_a_trained_run_is_watched_compared_and_downloaded(app, lab, monkeypatch):
    run_id = run_of(Store(lab))
    enlarged_cats = Calls(monkeypatch, watch_superres, "upscale")
    app.query_params["run"] = run_id
    app.segmented_control[0].set_value("Train one").run()
    assert [one.label for one in app.metric] == ["This network, PSNR-Y", "Bicubic, PSNR-Y"]
    assert app.metric[0].delta == "+0.50 dB against bicubic"
    assert len(app.get("bidi_component")) == 5
    assert "Network" in [one.proto.label for one in app.get("download_button")]
    app.run()
    assert enlarged_cats.count == 1


def test_a_trained_run_is_one_of_the_methods(app, lab):
    run_id = run_of(Store(lab))
    run_of(Store(lab), trained=False)
    app.run()
    label = f"Mine ({run_id[-4:]})"
    assert app.pills[0].options.count(label) == 1
    path = str(Store(lab).open(run_id).network)
    app.pills[0].set_value(["bicubic", path]).run()
    assert f"| {label} | " in words(app)


def test_srgan_goes_on_from_a_run_of_ones_own(app, lab):
    run_id = run_of(Store(lab))
    app.segmented_control[0].set_value("Train one").run()
    app.segmented_control[1].set_value("srgan").run()
    app.button[0].click().run()
    child = next(info for info in Store(lab).infos() if info.preset == "srgan")
    assert Store(lab).open(child.id).facts()["start"] == run_id


def test_a_run_of_another_kind_is_not_shown(app, lab):
    gan = Store(lab).create(preset("digits"))
    app.query_params["run"] = gan.id
    app.segmented_control[0].set_value("Train one").run()
    assert "trains no super-resolution network" in app.error[0].value


@pytest.mark.parametrize("panel", ["One picture", "Many files"])
def test_a_run_that_was_deleted_meanwhile_is_one_sentence(app, panel, monkeypatch):
    def deleted(store, infos):
        raise UnknownRun("there is no run 'x': it may have been deleted")

    monkeypatch.setattr(superres_methods.superres, "with_networks", deleted)
    app.segmented_control[0].set_value(panel).run()
    assert [error.value for error in app.error] == [
        "There is no run 'x': it may have been deleted."
    ]
