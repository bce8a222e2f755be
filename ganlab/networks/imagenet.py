"""ImageNet weights of torchvision's networks, from GANLAB_DATA or by download."""

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torchvision.models import WeightsEnum

PATIENCE = 10.0
"""Timeout of downloads in seconds, so that a dead connection does not block the end of a run."""
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
"""Mean and deviation of ImageNet's pictures in [0, 1], with which inputs are normalised."""


def stored(file: Path) -> Path:
    """Where a file of weights lies in the data folder."""
    return Path(os.environ.get("GANLAB_DATA", "data")) / file


def is_at_hand(file: Path, weights: WeightsEnum) -> bool:
    """Whether the weights are stored here, in GANLAB_DATA or among torch's downloads."""
    downloaded = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    return stored(file).is_file() or downloaded.is_file()


def read(file: Path, weights: WeightsEnum) -> Mapping[str, Tensor]:
    """The weights by name, downloaded if they are not in GANLAB_DATA."""
    path = stored(file)
    if path.is_file():
        return load_file(path)
    with redirect_stdout(sys.stderr), patience():  # torch reports downloads on stdout
        return weights.get_state_dict(check_hash=True)


@contextmanager
def patience() -> Iterator[None]:
    """A context in which connections time out after PATIENCE seconds."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
