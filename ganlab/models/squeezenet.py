"""SqueezeNet 1.0 with its ImageNet weights: the lab's eyes for pictures that are no digits."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from safetensors.torch import load_file
from torchvision.models import SqueezeNet, SqueezeNet1_0_Weights, squeezenet1_0

from ganlab.errors import DataError

WEIGHTS = Path("weights") / "squeezenet1_0_imagenet.safetensors"
"""Where the weights lie in a data folder."""
PATIENCE = 10.0
"""Seconds that a server may be silent; without a bound a dead network would hold a run's end."""
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
"""Of ImageNet's pictures in [0, 1], by which its networks want theirs normalised."""


def imagenet_squeezenet() -> SqueezeNet:
    """The whole network with its weights, from GANLAB_DATA or else by torchvision's download.

    Raises DataError if neither has them.
    """
    path = Path(os.environ.get("GANLAB_DATA", "data")) / WEIGHTS
    network = squeezenet1_0()
    try:
        if path.is_file():
            weights = load_file(path)
        else:
            with redirect_stdout(sys.stderr), _patience():  # torch tells of downloads on stdout
                weights = SqueezeNet1_0_Weights.IMAGENET1K_V1.get_state_dict(check_hash=True)
        network.load_state_dict(weights)
    except Exception as error:
        raise DataError(
            f"SqueezeNet's ImageNet weights were wanted, from {path} or by download, and neither "
            f"worked ({error}): point GANLAB_DATA at the folder that holds them"
        ) from error
    return network


@contextmanager
def _patience() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
