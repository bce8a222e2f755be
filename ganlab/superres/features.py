"""Features of a network trained on ImageNet: SqueezeNet 1.0, or VGG19 by download."""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor, nn

from ganlab.errors import DataError
from ganlab.models.squeezenet import DEVIATION, MEAN, imagenet_squeezenet

SQUEEZENET_LAYERS = {
    "relu1": 1,
    "fire2": 3,
    "fire3": 4,
    "fire4": 5,
    "fire5": 7,
    "fire6": 8,
    "fire7": 9,
    "fire8": 10,
    "fire9": 12,
}
"""Names of the SqueezeNet paper to positions in torchvision's `features`."""

TRAINED_ON = ("relu1", "fire3", "fire5")
"""What the perceptual loss of the shipped generator reads."""

HELD_OUT = ("fire6", "fire7", "fire8", "fire9")
"""What judges it: deeper layers, which no shipped network was trained on."""


class Features(nn.Module):
    """Some layers of a pretrained feed-forward network, for pictures in [0, 1]."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, features: nn.Sequential, positions: Sequence[int]) -> None:
        super().__init__()
        self.positions = tuple(positions)
        self.features = features[: max(positions) + 1].eval().requires_grad_(False)
        for layer in self.features.modules():
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # a feature that was handed out must not change afterwards
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """pictures: (N, 3, H, W) -> one (N, C, h, w) for each layer that was asked for."""
        x = (pictures - self.mean) / self.deviation
        found = []
        for position, layer in enumerate(self.features):
            x = layer(x)
            if position in self.positions:
                found.append(x)
        return found


@cache
def squeezenet(layers: tuple[str, ...] = TRAINED_ON) -> Features:
    """The named layers of SqueezeNet 1.0, from GANLAB_DATA or else from torchvision's download."""
    network = imagenet_squeezenet()
    assert isinstance(network.features, nn.Sequential)
    return Features(network.features, [SQUEEZENET_LAYERS[name] for name in layers])


@cache
def squeezenet_is_there() -> bool:
    """Whether the weights can be had, tried once a process."""
    try:
        squeezenet()
    except DataError:
        return False
    return True


@cache
def vgg19() -> Features:
    """Convolution 5_4 of VGG19 before its ReLU, as ESRGAN reads it; downloads 548 MB once."""
    from torchvision.models import VGG19_Weights
    from torchvision.models import vgg19 as build

    try:
        network = build(weights=VGG19_Weights.IMAGENET1K_V1)
    except Exception as error:
        raise DataError(
            f"VGG19's ImageNet weights could not be downloaded ({error}): "
            f"use the SqueezeNet features instead"
        ) from error
    assert isinstance(network.features, nn.Sequential)
    return Features(network.features, [34])
