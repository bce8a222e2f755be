"""A trained generator against the networks that it was stored from."""

import shutil
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import ganlab
from ganlab import registry
from ganlab.config import Choice, RunConfig
from ganlab.data.pictures import to_bytes
from ganlab.errors import CheckpointError, ConfigError
from ganlab.registry import Network, find
from ganlab.trained import generator
from ganlab.training.checkpoint import load_tensors, save_run, save_tensors
from ganlab.training.loop import Training

TINY = RunConfig(
    network=Choice("fast28", {"width": 4}), z_dim=8, batch=8, ema=0.5, precision="float32"
)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A short run and its file."""
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    training = Training(TINY.with_values({"g_optimizer.lr": 0.01}), device="cpu")
    training.advance(3)
    save_run(path, training.state)
    return training.state, path


@pytest.fixture
def model(trained):
    return ganlab.load(trained[1])


def test_it_is_the_averaged_g(trained, model):
    state, _ = trained
    z = model.z(5, seed=3)
    with torch.no_grad():
        expected = to_bytes(state.G_mean(z)).numpy()
        other = to_bytes(state.G.eval()(z)).numpy()
    np.testing.assert_array_equal(model.pictures(z), expected)
    assert not np.array_equal(expected, other)
    assert model.name == "tiny"
    assert model.config == state.config


def test_without_averaging_it_is_g_itself(trained, tmp_path):
    state, path = trained
    tensors, facts = load_tensors(path)
    facts["config"] |= {"ema": 0.0}
    save_tensors(tmp_path / "x.safetensors", tensors, facts)
    model = ganlab.load(tmp_path / "x.safetensors")
    with torch.no_grad():
        expected = to_bytes(state.G.eval()(model.z(5))).numpy()
    np.testing.assert_array_equal(model.sample(5), expected)


def test_the_same_seed_gives_the_same_bytes_and_another_others(model):
    first = model.sample(20, seed=1)
    assert first.shape == (20, 1, 28, 28)
    assert first.dtype == np.uint8
    torch.rand(3)
    assert model.sample(20, seed=1).tobytes() == first.tobytes()
    assert model.sample(20, seed=2).tobytes() != first.tobytes()


def test_many_pictures_are_made_in_batches_that_do_not_show(model, monkeypatch):
    whole = model.sample(20)
    monkeypatch.setattr(generator, "BATCH", 7)
    assert np.abs(model.sample(20).astype(int) - whole).max() <= 1
    assert len(model.sample(20)) == 20


def test_loading_and_sampling_leave_the_callers_random_state_alone(trained):
    before = torch.get_rng_state()
    ganlab.load(trained[1]).sample(3)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("n", [0, -1])
def test_no_pictures_are_refused(model, n):
    with pytest.raises(ConfigError, match=f"n must be at least 1, got {n}"):
        model.sample(n)


def test_labels_are_refused_by_a_generator_that_takes_none(model):
    with pytest.raises(ConfigError, match="fast28 takes no labels"):
        model.sample(2, labels=np.array([1, 2]))


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([1], "labels must be 2, one for each picture, got 1"),
        ([1, 10], "labels must lie between 0 and 9"),
        ([-1, 1], "labels must lie between 0 and 9"),
    ],
)
def test_labels_outside_the_classes_are_refused(model, monkeypatch, labels, sentence):
    labelled = replace(find(Network, "fast28"), conditional=True)
    monkeypatch.setitem(registry._records["network"], "fast28", labelled)
    with pytest.raises(ConfigError, match=sentence):
        model.sample(2, labels=np.array(labels))


def test_a_run_is_found_by_its_id_and_a_shipped_one_by_its_name(
    trained, own_home, tmp_path, monkeypatch
):
    folder = own_home / "runs" / "20260101-abc"
    folder.mkdir(parents=True)
    shutil.copy(trained[1], folder / "checkpoint.safetensors")
    assert ganlab.load("20260101-abc").name == "20260101-abc"
    for step in ("", "7", "last", "-1"):
        with pytest.raises(CheckpointError, match=f"no model '20260101-abc@{step}'"):
            ganlab.load(f"20260101-abc@{step}")
    monkeypatch.setattr(generator, "CHECKPOINTS", tmp_path)
    shutil.copy(trained[1], tmp_path / "handwriting.safetensors")
    assert ganlab.load("handwriting").name == "handwriting"
    with pytest.raises(CheckpointError, match=r"no model 'cats'.* one of: handwriting"):
        ganlab.load("cats")


def test_a_file_without_a_generator_is_refused_in_one_sentence(trained, tmp_path):
    path = tmp_path / "x.safetensors"
    tensors, facts = load_tensors(trained[1])
    only_d = {name: tensor for name, tensor in tensors.items() if name.startswith("D.")}
    about: Any
    for some, about in (
        (only_d, facts),
        (tensors, {}),
        (tensors, []),
        (tensors, {"config": {"network": "stylegan"}}),
        (tensors, facts | {"config": facts["config"] | {"z_dim": 9}}),
    ):
        save_tensors(path, some, about)
        with pytest.raises(CheckpointError, match=r"x.safetensors holds no generator: "):
            ganlab.load(path)


@pytest.mark.parametrize("z_dim", [2, 7, 64])
@pytest.mark.parametrize("noise", ["normal", "uniform", "uniform01", "student-t", "codes"])
def test_the_first_samples_are_the_same_for_any_number_of_them(noise, z_dim):
    values = {"categories": 2, "continuous": 1} if noise == "codes" else {}
    config = RunConfig(noise=Choice(noise, values), z_dim=max(z_dim, 4))
    model = generator.Generator("any", config, torch.nn.Identity())
    many = model.z(200, seed=5)
    for n in (1, 2, 9, 16, 63, 64, 65, 100):
        assert torch.equal(model.z(n, seed=5), many[:n])
    assert len(many.unique(dim=0)) == 200


@pytest.mark.parametrize("n", [16, 48, 64, 10_000])
def test_normal_z_of_the_documented_numbers_are_torchs_own_in_one_draw(n):
    model = generator.Generator("any", RunConfig(z_dim=64), torch.nn.Identity())
    wanted = torch.randn(n, 64, generator=torch.Generator().manual_seed(3))
    assert torch.equal(model.z(n, seed=3), wanted)


@pytest.mark.parametrize("given", [None, 5, ["digits"], b"digits"])
def test_what_names_no_model_at_all_is_refused_in_a_sentence(given):
    with pytest.raises(CheckpointError, match="a model is a run's id or a file, got"):
        ganlab.load(given)
