"""The convolutions of VGG19 with their ImageNet weights, for SRGAN's and ESRGAN's feature loss."""

from pathlib import Path

import torch
from torch import nn
from torchvision.models import VGG19_Weights
from torchvision.models.vgg import cfgs, make_layers

from ganlab.errors import DataError
from ganlab.networks import imagenet

WEIGHTS = Path("weights") / "vgg19_imagenet.safetensors"
"""The file of the weights in a data folder."""


def vgg19_is_here() -> bool:
    """Whether the weights lie on this machine, in GANLAB_DATA or among torch's downloads."""
    return imagenet.is_at_hand(WEIGHTS, VGG19_Weights.IMAGENET1K_V1)


def imagenet_vgg19() -> nn.Sequential:
    """The sixteen convolutions with their weights, from GANLAB_DATA or by download of 548 MB.

    Its three dense layers, 86 % of the weights, are left out. Raises DataError.
    """
    try:
        mine = {
            name.removeprefix("features."): weight
            for name, weight in imagenet.read(WEIGHTS, VGG19_Weights.IMAGENET1K_V1).items()
            if name.startswith("features.")
        }
        with torch.device("meta"):
            network = make_layers(cfgs["E"])
        network.load_state_dict(mine, assign=True)
    except Exception as error:
        raise DataError(
            f"VGG19's ImageNet weights are neither in {imagenet.stored(WEIGHTS)} nor can they "
            f"be downloaded ({error}): use the SqueezeNet features instead"
        ) from error
    return network
