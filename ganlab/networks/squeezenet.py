"""SqueezeNet 1.0 with its ImageNet weights: the feature extractor for pictures but digits."""

from pathlib import Path

from torchvision.models import SqueezeNet, SqueezeNet1_0_Weights, squeezenet1_0

from ganlab.errors import DataError
from ganlab.networks import imagenet

WEIGHTS = Path("weights") / "squeezenet1_0_imagenet.safetensors"
"""The file of the weights in a data folder."""


def imagenet_squeezenet() -> SqueezeNet:
    """The whole network with its weights, from GANLAB_DATA or else by torchvision's download.

    Raises DataError if neither has them.
    """
    network = squeezenet1_0()
    try:
        network.load_state_dict(imagenet.read(WEIGHTS, SqueezeNet1_0_Weights.IMAGENET1K_V1))
    except Exception as error:
        raise DataError(
            f"SqueezeNet's ImageNet weights are neither in {imagenet.stored(WEIGHTS)} nor can they "
            f"be downloaded ({error}): point GANLAB_DATA at the folder that holds "
            "them"
        ) from error
    return network


def is_at_hand() -> bool:
    """Whether the weights are stored here, so that nothing needs to be downloaded."""
    return imagenet.is_at_hand(WEIGHTS, SqueezeNet1_0_Weights.IMAGENET1K_V1)
