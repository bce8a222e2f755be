"""The form that trains a super-resolution network: the paper's networks, and the losses."""

from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from ganlab.jobs.store import Store
from ganlab.jobs.superres import create
from ganlab.networks.files import weights
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.presets.superres import superres_config

PAGE = Path(__file__).parents[3] / "pages" / "explore" / "super_resolution.py"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("ganlab.jobs.hub.FRESH_SECONDS", 0.0)
    torch.manual_seed(0)
    weights.save(tmp_path / "sr-x4-psnr.safetensors", LeanSRResNet(4, 8, 1), {})
    app = AppTest.from_file(str(PAGE), default_timeout=120)
    app.query_params["panel"] = "Train one"
    return app.run()


def chosen(app: AppTest, label: str):
    """The control of that label."""
    return next(one for one in [*app.segmented_control, *app.selectbox] if one.label == label)


def test_both_of_the_papers_networks_are_shown_layer_by_layer(app):
    told = "\n".join(caption.value for caption in app.caption)
    assert "1,547,350 parameters" in told
    assert "23,563,649 parameters" in told
    assert [len(table.value) for table in app.table] == [17, 27]
    assert len(app.get("plotly_chart")) == 2


def test_the_papers_srgan_goes_on_from_the_papers_network_only(app, lab):
    chosen(app, "What").set_value("srgan-paper").run()
    assert "Train SRResNet, the paper's first" in app.info[0].value
    assert app.button[0].disabled
    assert list(chosen(app, "Scale").options) == ["×2", "×4"]
    record = create(
        Store(lab), superres_config("srresnet-paper", steps=40), "Mine", "srresnet-paper"
    )
    weights.save(record.network, SRResNet(4, 8, 1), {})
    record.set_facts(state="finished", words="", results={})
    app.run()
    chosen(app, "Game").set_value("relativistic").run()
    app.button[0].click().run()
    child = next(info for info in Store(lab).infos() if info.preset == "srgan-paper")
    assert child.config["loss"] == {"name": "ragan"}
    assert child.config["network"]["blocks"] == 1
    assert Store(lab).open(child.id).facts()["start"] == record.id


def test_the_losses_of_a_training_are_chosen(app, lab):
    chosen(app, "Error of a pixel").set_value("mse")
    app.number_input[0].set_value(0.01).run()
    app.button[0].click().run()
    (info,) = Store(lab).infos()
    losses = {"pixel": "mse", "total_variation": 0.01}
    assert info.config == superres_config("srresnet", losses=losses).to_json()
