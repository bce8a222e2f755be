"""Pretrained features: VGG19 from a file, compared with torchvision's, and the error without it."""

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import VGG19_Weights
from torchvision.models.vgg import cfgs, make_layers

from ganlab.errors import DataError
from ganlab.networks import perceptual_features
from ganlab.networks.superres import LeanSRResNet
from ganlab.networks.vgg19 import vgg19_is_here
from ganlab.objective import superres_losses


@pytest.fixture
def stub(tmp_path, monkeypatch):
    """A data folder with a file of random weights in the place of ImageNet's."""
    torch.manual_seed(0)
    network = make_layers(cfgs["E"])
    (tmp_path / "weights").mkdir()
    named = {f"features.{name}": value for name, value in network.state_dict().items()}
    save_file(named, tmp_path / "weights" / "vgg19_imagenet.safetensors")
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    perceptual_features.vgg19.cache_clear()
    yield network
    perceptual_features.vgg19.cache_clear()


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A machine without VGG19's weights and without a network."""

    def unreachable(*_, **__):
        raise OSError("no route to host")

    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(VGG19_Weights, "get_state_dict", unreachable)
    perceptual_features.vgg19.cache_clear()


def test_vgg19_is_torchvisions_own_before_and_after_the_relu(stub):
    assert vgg19_is_here()
    pictures = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(1))
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    assert isinstance(stub[34], torch.nn.Conv2d)
    with torch.no_grad():
        expected = stub[:35]((pictures - mean) / deviation)
    (before,), (after,) = (
        perceptual_features.vgg19(activated)(pictures) for activated in (False, True)
    )
    assert before.shape == (1, 512, 2, 3)
    torch.testing.assert_close(before, expected)
    torch.testing.assert_close(after, expected.relu())


@pytest.mark.parametrize("activated", [False, True])
@pytest.mark.parametrize("error", [superres_losses.feature_distance, superres_losses.feature_error])
@pytest.mark.usefixtures("stub")
def test_vgg19_gives_every_weight_of_the_generator_a_gradient(activated, error):
    torch.manual_seed(0)
    seen = perceptual_features.vgg19(activated)
    generator, hr = LeanSRResNet(4, 8, 1), torch.rand(1, 3, 32, 32)
    error(seen(generator(torch.rand(1, 3, 8, 8))), seen(hr)).backward()
    for name, weight in generator.named_parameters():
        assert weight.grad is not None, name
        assert float(weight.grad.abs().sum()) > 0, name
    assert all(weight.grad is None for weight in seen.parameters())


@pytest.mark.usefixtures("nowhere")
def test_without_its_weights_vgg19_is_refused_in_one_sentence():
    assert not vgg19_is_here()
    with pytest.raises(DataError, match="use the SqueezeNet features instead"):
        perceptual_features.FEATURES["vgg19"]()


def test_the_feature_error_is_the_papers_formula():
    ours, theirs = torch.full((1, 2, 3, 4), 5.0), torch.full((1, 2, 3, 4), 1.0)
    assert float(superres_losses.feature_error([ours], [theirs], 2.0)) == pytest.approx(4)
    both = superres_losses.feature_error([ours, theirs], [theirs, theirs])
    assert float(both) == pytest.approx(8)
