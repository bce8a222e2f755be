"""A training from the command line leaves a checkpoint that says how it was made."""

import argparse
import json
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.cli.train_superres import add_train_superres
from ganlab.errors import CheckpointError, ConfigError, DataError
from ganlab.networks import perceptual_features
from ganlab.networks.files import opening, weights
from ganlab.networks.superres import LeanSRResNet
from ganlab.presets import superres


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_train_superres(parser.add_subparsers())
    arguments = parser.parse_args(["train-superres", *(str(word) for word in words)])
    return arguments.handler(arguments)


def shrink_preset(monkeypatch, name, **values):
    """Give the preset a network that costs little."""
    one = superres.SUPERRES_PRESETS[name]
    small = {"network.channels": 8, "network.blocks": 1, "batch": 2, **values}
    tiny = SimpleNamespace(title=one.title, config=one.config.with_values(small))
    monkeypatch.setitem(superres.SUPERRES_PRESETS, name, tiny)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("ganlab.evaluation.superres.squeezenet_is_there", lambda: False)
    (tmp_path / "photos").mkdir()
    Image.fromarray(data.astronaut()[:160, :160]).save(tmp_path / "photos" / "a.png")
    return tmp_path


def test_a_training_writes_weights_with_their_card_and_resumes(folder, capsys):
    out, state = folder / "mine.safetensors", folder / "state.pt"
    words = ["srresnet", "--folder", folder / "photos", "--out", out, "--state", state, "--json"]
    assert run(*words, "--steps", "2", "--evaluate", folder / "photos") == 0
    card = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert card == opening.load(out).card
    assert card["steps"] == 2
    assert card["loss"] == {"l1": 1.0}
    assert card["scores"]["psnr"] > 20
    assert "train-superres srresnet --scale 4" in card["command"]
    assert run(*words, "--steps", "4") == 0
    assert opening.load(out).card["steps"] == 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "state.pt is no whole safetensors file"),
        (b"dear diary", "state.pt is no whole safetensors file"),
        ({"network": {}}, "the checkpoint does not belong to this configuration: 'averaged'"),
        ([1, 2], "the checkpoint does not belong to this configuration: list indices"),
    ],
)
def test_a_state_that_is_none_is_refused_in_a_sentence(folder, content, sentence):
    state = folder / "state.pt"
    if isinstance(content, bytes):
        state.write_bytes(content)
    else:
        torch.save(content, state)
    words = ["srresnet", "--folder", folder / "photos", "--out", folder / "mine.safetensors"]
    with pytest.raises(CheckpointError, match=f"^{sentence}"):
        run(*words, "--state", state, "--steps", "1")
    assert not (folder / "mine.safetensors").exists()


def test_a_list_is_no_state_of_a_game_either(folder, monkeypatch):
    shrink_preset(monkeypatch, "srgan")
    weights.save(folder / "first.safetensors", LeanSRResNet(4, 8, 1), {})
    torch.save([1, 2], folder / "state.pt")
    words = ["srgan", "--folder", folder / "photos", "--out", folder / "mine.safetensors"]
    words += ["--start", folder / "first.safetensors", "--features", "none", "--steps", "1"]
    with pytest.raises(CheckpointError, match=r"^the checkpoint does not belong to this config"):
        run(*words, "--state", folder / "state.pt")


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        (["--threads", "0"], ConfigError, "threads must be at least 1, got 0"),
        (["--steps", "0"], ConfigError, "steps must be between 1 and .*, got 0"),
        (["--out", "mine.pth"], ConfigError, r"out must end in \.safetensors, got 'mine\.pth'"),
        (["--evaluate", "nowhere"], DataError, "folder of photographs was wanted, nowhere holds"),
    ],
)
def test_what_cannot_be_is_refused_before_the_work(folder, options, error, sentence):
    with pytest.raises(error, match=sentence):
        run("srresnet", "--out", folder / "mine.safetensors", "--steps", "1", *options)
    assert not (folder / "mine.safetensors").exists()


def test_features_that_are_asked_for_by_name_must_be_there(folder, monkeypatch):
    def missing():
        raise DataError("no weights")

    known = perceptual_features.FEATURES | {"vgg19-relu": missing}
    monkeypatch.setattr(perceptual_features, "FEATURES", known)
    words = ["srgan-paper", "--out", folder / "mine.safetensors", "--features", "vgg19-relu"]
    with pytest.raises(DataError, match="no weights"):
        run(*words)


def test_the_folder_of_a_state_is_made(folder):
    state = folder / "kept" / "state.pt"
    words = ["srresnet", "--folder", folder / "photos", "--out", folder / "mine.safetensors"]
    assert run(*words, "--state", state, "--steps", "1") == 0
    assert [path.name for path in state.parent.iterdir()] == ["state.pt"]


def test_the_papers_networks_and_every_loss_can_be_asked_for(folder, capsys, monkeypatch):
    for name in ("srresnet-paper", "srgan-paper"):
        shrink_preset(monkeypatch, name, **{"data.crop": 8})
    first, then = folder / "first.safetensors", folder / "then.safetensors"
    shared = ["--folder", folder / "photos", "--steps", "1", "--json", "--total-variation", "2e-8"]
    assert run("srresnet-paper", *shared, "--out", first, "--pixel", "l1") == 0
    card = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert card["loss"] == {"l1": 1.0, "total_variation": 2e-8}
    assert opening.load(first).architecture == "SRResNet"
    game = ["--adversarial", "relativistic", "--features", "none", "--start", first]
    assert run("srgan-paper", *shared, "--out", then, *game) == 0
    card = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert card["loss"] == {"pixel": 1.0, "adversarial": 1e-3, "total_variation": 2e-8}
    assert (card["pixel"], card["adversarial"], card["features"]) == ("mse", "relativistic", None)
    losses = "--adversarial relativistic --features none --total-variation 2e-08"
    assert f"{losses} --steps 1" in card["command"]
    with pytest.raises(ConfigError, match="sr-paper enlarges by 2 or 4, got 3"):
        run("srresnet-paper", *shared, "--out", first, "--scale", "3")
    with pytest.raises(ConfigError, match="srresnet has no features to choose"):
        run("srresnet", *shared, "--out", first, "--features", "vgg19")


def test_an_unknown_preset_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="preset must be one of srresnet, srgan"):
        run("magic", "--out", tmp_path / "x.safetensors")
