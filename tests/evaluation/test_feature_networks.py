"""Whose eyes see which pictures, and what SqueezeNet's features are."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.models import squeezenet1_0

from ganlab.data.embedded import load_digits
from ganlab.errors import DataError
from ganlab.evaluation import feature_networks as e
from ganlab.metrics.feature_distances import frechet_distance
from ganlab.networks import squeezenet as weights
from ganlab.presets import preset


@pytest.fixture
def invented(monkeypatch):
    """SqueezeNet with weights of chance, so that no file and no network is wanted."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = squeezenet1_0()
    monkeypatch.setattr(e, "imagenet_squeezenet", lambda: network)
    e._squeezenet.cache_clear()
    yield network
    e._squeezenet.cache_clear()


def test_the_classifier_looks_at_digits_and_squeezenet_at_everything_else(invented):
    config = preset("digits")
    looking = e.extractor_for(config)
    assert (looking.name, looking.classes) == ("ganlab-mnist-cnn v1", tuple("0123456789"))
    other = e.extractor_for(preset("dcgan-cifar10"))
    assert (other.name, other.classes) == ("SqueezeNet 1.0", ())


@pytest.mark.parametrize("shape", [(7, 3, 32, 32), (7, 1, 28, 28), (7, 3, 64, 64)])
def test_squeezenets_features_agree_with_a_twin_written_out(invented, shape):
    chance = torch.Generator().manual_seed(1)
    pictures = torch.randint(256, shape, generator=chance).to(torch.uint8)
    x = pictures.double().div(255).expand(-1, 3, -1, -1)
    if shape[-1] != 64:
        x = nn.functional.interpolate(x, (64, 64), mode="bilinear", antialias=True)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    x = (x - mean) / torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    with torch.no_grad():
        for layer in list(invented.features)[:10]:
            x = layer.double()(x)
    invented.float()
    assert x.shape == (7, 384, 7, 7)
    norm = x.square().sum(1, keepdim=True).sqrt()
    wanted = (x / norm).mean((2, 3)) * 384**0.5
    found = e.read_by_squeezenet(pictures)
    torch.testing.assert_close(found.features, wanted.float(), rtol=1e-3, atol=1e-4)
    assert found.logits.shape == (7, 0)


def test_where_there_are_no_weights_one_sentence_says_where_they_go(monkeypatch, tmp_path):
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))

    def refuse(*arguments, **options):
        raise OSError("no network in this test")

    monkeypatch.setattr(weights.SqueezeNet1_0_Weights, "get_state_dict", refuse)
    with pytest.raises(DataError) as told:
        weights.imagenet_squeezenet()
    sentence = str(told.value)
    assert "no network in this test" in sentence
    assert "point GANLAB_DATA at the folder" in sentence
    assert "\n" not in sentence


def test_with_the_real_weights_damage_is_farther_away_than_chance(given_data, monkeypatch):
    if not (Path(given_data) / weights.WEIGHTS).is_file() or not given_data:
        pytest.skip("no folder with SqueezeNet's weights: set GANLAB_DATA to one")
    monkeypatch.setenv("GANLAB_DATA", given_data)
    e._squeezenet.cache_clear()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
    pictures = load_digits().pictures[order[:600]]
    blurred = nn.functional.avg_pool2d(pictures[200:400].float(), 3, 1, 1).to(torch.uint8)
    real, other, damaged = (
        e.read_by_squeezenet(some).features for some in (pictures[:200], pictures[400:], blurred)
    )
    assert frechet_distance(damaged, real) > 3 * frechet_distance(other, real)
