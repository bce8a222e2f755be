"""Features of a network trained on ImageNet: SqueezeNet 1.0 or VGG19."""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn

from ganlab.device import on_cpu
from ganlab.errors import DataError
from ganlab.networks.imagenet import DEVIATION, MEAN
from ganlab.networks.squeezenet import imagenet_squeezenet
from ganlab.networks.vgg19 import imagenet_vgg19
from ganlab.paths import data_folders

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
"""The layers of the shipped generator's perceptual loss."""

HELD_OUT = ("fire6", "fire7", "fire8", "fire9")
"""The layers of its evaluation: deeper ones, on which no shipped network was trained."""


class Features(nn.Module):
    """Some layers of a pretrained feed-forward network, for pictures in [0, 1].

    `kind` is its name in FEATURES and `title` what a card calls it; divided by `divisor`, its maps
    have a squared error of about the size of the pictures' own in [-1, 1].
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        features: nn.Sequential,
        positions: Sequence[int],
        kind: str = "",
        title: str = "",
        divisor: float = 1.0,
    ) -> None:
        super().__init__()
        self.kind, self.title, self.divisor = kind, title, divisor
        self.positions = tuple(positions)
        self.features = features[: max(positions) + 1].eval().requires_grad_(False)
        for layer in self.features.modules():
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # a feature that was handed out must not change afterwards
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """pictures: (N, 3, H, W) -> one (N, C, h, w) for each of the positions."""
        x = (pictures - self.mean) / self.deviation
        found = []
        for position, layer in enumerate(self.features):
            x = layer(x)
            if position in self.positions:
                found.append(x)
        return found


def features_on(features: Features, device: torch.device) -> Features:
    """The features on a device; what is loaded once for all users stays where it is."""
    return features if on_cpu(device) else _copied(features, device)


@lru_cache(maxsize=4)
def _copied(features: Features, device: torch.device) -> Features:
    return copy.deepcopy(features).to(device)


@cache
def squeezenet(layers: tuple[str, ...] = TRAINED_ON) -> Features:
    """The named layers of SqueezeNet 1.0, from GANLAB_DATA or else from torchvision's download."""
    network = imagenet_squeezenet()
    assert isinstance(network.features, nn.Sequential)
    positions = [SQUEEZENET_LAYERS[name] for name in layers]
    title = f"SqueezeNet 1.0 ImageNet: {', '.join(layers)}"
    # Measured on bicubic enlargements of the embedded photographs, in relu1, fire3 and fire5.
    return Features(network.features, positions, "squeezenet", title, divisor=1800)


def squeezenet_is_there() -> bool:
    """Whether the weights can be loaded; tried once per process for the same data folders."""
    return _squeezenet_in(tuple(data_folders()))


@cache
def _squeezenet_in(folders: tuple[Path, ...]) -> bool:
    del folders  # where `squeezenet` looks
    try:
        squeezenet()
    except DataError:
        return False
    return True


@cache
def vgg19(activated: bool = False) -> Features:
    """Convolution 5_4 of VGG19, before its ReLU as ESRGAN reads it or after it as SRGAN does.

    From GANLAB_DATA or else from torchvision's download of 548 MB.
    """
    kind, where = ("vgg19-relu", "after") if activated else ("vgg19", "before")
    title = f"VGG19 ImageNet: convolution 5_4 {where} its ReLU"
    return Features(imagenet_vgg19(), [35 if activated else 34], kind, title, divisor=12.75)


FEATURES: Mapping[str, Callable[[], Features | None]] = {
    "squeezenet": squeezenet,
    "vgg19": vgg19,
    "vgg19-relu": lambda: vgg19(activated=True),
    "none": lambda: None,
}
"""The loader of each feature network by name; DataError if its weights cannot be loaded."""
