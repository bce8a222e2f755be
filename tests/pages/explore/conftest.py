"""Pages to explore, opened in AppTest."""

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet
from tests.pages.explore.superres import PAGE


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("ganlab.evaluation.superres.squeezenet_is_there", lambda: False)
    monkeypatch.setattr("ganlab.jobs.hub.FRESH_SECONDS", 0.0)
    st.cache_data.clear()
    for name in ("sr-x4-psnr", "sr-x4-gan"):
        torch.manual_seed(len(name))
        weights.save(tmp_path / f"{name}.safetensors", LeanSRResNet(4, 8, 1), {})
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GANLAB_DATA", raising=False)

    def run(page, **state):
        at = AppTest.from_file(str(PAGE.with_name(page)), default_timeout=120)
        for key, value in state.items():
            at.session_state[key] = value
        at.run()
        return at

    return run
