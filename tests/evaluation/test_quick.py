"""A glance says what a whole measuring at the same N says, and leaves the run's streams alone."""

import pytest
import torch

from ganlab.errors import DataError
from ganlab.evaluation.quality import run_quality
from ganlab.evaluation.quick import QuickEvaluation, can_evaluate_quickly, seconds_a_picture
from ganlab.presets import preset
from ganlab.training.loop import Training


@pytest.fixture(scope="module")
def state():
    config = preset("digits").with_values({"network.width": 4, "batch": 8})
    training = Training(config, device="cpu")
    training.advance(3)
    return training.state


def test_a_glance_finds_what_a_whole_measuring_at_its_n_finds(state):
    whole, found = run_quality(state, n=120), QuickEvaluation(state, 120)(state)
    assert found["n"] == 120
    assert found == pytest.approx({name: whole[name] for name in found})


def test_a_glance_draws_nothing_from_the_streams_of_the_run(state):
    before = state.streams.chance.get_state().clone(), state.streams.z.get_state().clone()
    training = state.G.training, state.D.training
    QuickEvaluation(state, 100)(state)
    assert seconds_a_picture(state) > 0
    assert torch.equal(before[0], state.streams.chance.get_state())
    assert torch.equal(before[1], state.streams.z.get_state())
    assert (state.G.training, state.D.training) == training


def test_too_few_real_pictures_are_told(state):
    with pytest.raises(DataError, match="too few to glance at"):
        QuickEvaluation(state, 99)


def test_nothing_is_downloaded_for_a_glance(monkeypatch, tmp_path):
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert can_evaluate_quickly(preset("digits"))
    assert not can_evaluate_quickly(preset("dcgan-cifar10"))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "squeezenet1_0_imagenet.safetensors").write_bytes(b"")
    assert can_evaluate_quickly(preset("dcgan-cifar10"))
