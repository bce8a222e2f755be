"""A training from the command line leaves a checkpoint that says how it was made."""

import argparse
import json

import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.errors import ConfigError
from ganlab.superres import weights, zoo
from ganlab.superres.networks import LeanSRResNet
from ganlab.superres.starting import started
from ganlab.superres.train_command import add_train_superres


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_train_superres(parser.add_subparsers())
    arguments = parser.parse_args(["train-superres", *(str(word) for word in words)])
    return arguments.handler(arguments)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("ganlab.superres.benchmark.squeezenet_is_there", lambda: False)
    (tmp_path / "photos").mkdir()
    Image.fromarray(data.astronaut()[:160, :160]).save(tmp_path / "photos" / "a.png")
    return tmp_path


def test_a_training_writes_weights_with_their_card_and_resumes(folder, capsys):
    out, state = folder / "mine.safetensors", folder / "state.pt"
    words = ["srresnet", "--folder", folder / "photos", "--out", out, "--state", state, "--json"]
    assert run(*words, "--steps", "2", "--evaluate", folder / "photos") == 0
    card = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert card == zoo.load(out).card
    assert card["steps"] == 2
    assert card["loss"] == {"l1": 1.0}
    assert card["scores"]["psnr"] > 20
    assert "train-superres srresnet --scale 4" in card["command"]
    assert run(*words, "--steps", "4") == 0
    assert zoo.load(out).card["steps"] == 4


def test_the_body_moves_from_one_scale_to_another(tmp_path):
    torch.manual_seed(0)
    source = LeanSRResNet(4, 8, 1)
    weights.save(tmp_path / "x4.safetensors", source, {})
    two, four = (started(tmp_path / "x4.safetensors", scale) for scale in (2, 4))
    for network, same_tail in ((two, False), (four, True)):
        assert isinstance(network, LeanSRResNet)
        torch.testing.assert_close(network.merge.weight, source.merge.weight, atol=1e-2, rtol=1e-2)
        assert (network.tail.weight.shape == source.tail.weight.shape) == same_tail


def test_an_unknown_preset_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="preset must be one of srresnet, srgan"):
        run("magic", "--out", tmp_path / "x.safetensors")
