"""The model of an explore page: shipped, a run of the store, or an upload."""

import io
import pickle

import pytest
import streamlit as st

from ganlab.config import Choice, RunConfig
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.training.checkpoint import save_tensors
from ganlab.training.tasks.pictures import build_networks
from pages.widgets.models import SHIPPED_MODEL
from tests.pages.explore.panels import components


def finished_run(network):
    """The id of a finished run of GANLAB_HOME, and the bytes of its checkpoint."""
    config = RunConfig(data=Choice("digits"), network=Choice(network, {"width": 4}))
    record = Store().create(config, "Mine")
    recorder = Recorder(record, ())
    recorder.write(facts={"state": "finished", "progress": {"step": 12}})
    recorder.close()
    weights = build_networks(config)[0].state_dict().items()
    tensors = {f"G_mean.{name}": value for name, value in weights}
    save_tensors(record.checkpoint, tensors, {"config": config.to_json()})
    return record.id, record.checkpoint.read_bytes()


@pytest.mark.parametrize(
    ("page", "panel", "shown"),
    [
        ("digits.py", "Write", 1),
        ("digits.py", "Style × class", 1),
        ("digits.py", "Morph", 2),
        ("digits.py", "Measured", 0),
        ("digits.py", "Make a data set", 0),
        ("digits.py", "Does it help?", 0),
        ("latent_space.py", "Walk", 2),
        ("latent_space.py", "Pad", 1),
        pytest.param("latent_space.py", "Directions", 1, marks=pytest.mark.slow),
        ("latent_space.py", "Arithmetic", 0),
        ("latent_space.py", "Inversion", 1),
    ],
)
def test_each_panel_opens_on_a_fresh_machine_with_the_shipped_model(opened, page, panel, shown):
    at = opened(page, panel=panel)
    assert at.selectbox(key="model").value == SHIPPED_MODEL
    assert components(at) == shown


@pytest.mark.parametrize("page", ["digits.py", "latent_space.py"])
def test_a_finished_conditional_run_can_be_chosen(opened, page):
    run, _ = finished_run("conditional")
    plain, _ = finished_run("fast28")
    at = opened(page, model=run)
    offered = at.selectbox(key="model").options
    assert at.selectbox(key="model").value == run
    assert components(at) >= 1
    assert any(run in one for one in offered)
    assert any(plain in one for one in offered) == (page == "latent_space.py")


def test_an_uploaded_checkpoint_is_a_model_like_any_other(opened, monkeypatch):
    _, content = finished_run("conditional")
    upload(monkeypatch, content)
    at = opened("digits.py", model="upload")
    assert components(at) == 1
    assert not at.error
    at = opened("digits.py", model="upload", panel="Does it help?")
    assert "ganlab-upload-" in at.code[0].value
    assert ".safetensors" in at.code[0].value


def test_a_file_that_is_no_checkpoint_is_refused_in_one_sentence(opened, monkeypatch):
    upload(monkeypatch, pickle.dumps({"G": 1}))
    at = opened("digits.py", model="upload")
    assert "no whole safetensors file" in at.error[0].value
    assert components(at) == 0


def test_an_uploaded_model_without_labels_is_refused_on_digits_and_walks_in_latent_space(
    opened, monkeypatch
):
    _, content = finished_run("fast28")
    upload(monkeypatch, content)
    assert "takes no labels" in opened("digits.py", model="upload").error[0].value
    at = opened("latent_space.py", model="upload")
    assert components(at) == 2
    assert not at.error


def upload(monkeypatch, content):
    """Let the page's file uploader have been given these bytes."""

    class Given(io.BytesIO):
        size = len(content)

    monkeypatch.setattr(st, "file_uploader", lambda *_, **__: Given(content))
