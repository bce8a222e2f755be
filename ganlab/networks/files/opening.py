"""Load a super-resolution network from a file of weights, the lab's own or a published one."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ganlab.errors import CheckpointError
from ganlab.images.tiling import Upscaler
from ganlab.networks.files.foreign import through_spandrel
from ganlab.networks.files.recognition import recognised
from ganlab.networks.files.weights import check, read


@dataclass(frozen=True)
class Loaded:
    """A network that is ready to enlarge, with the card of its file."""

    network: nn.Module
    architecture: str
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def upscaler(self) -> Upscaler:
        """The network with the interface that tiling needs."""
        return self.network  # type: ignore[return-value]


def load(path: Path) -> Loaded:
    """The network of a .safetensors or .pth file; CheckpointError in one sentence.

    Nothing is unpickled beyond tensors, nothing is built before the tensors' sizes are checked,
    and a trial picture must come out at the right size and finite.
    """
    weights, card = read(path)
    check(weights, path.name)
    network, architecture = recognised(weights) or through_spandrel(weights, path.name)
    network.eval().requires_grad_(False)
    _try(network, path.name)
    return Loaded(network, architecture, card)


@torch.inference_mode()
def _try(network: nn.Module, name: str) -> None:
    """Enlarge 16×16 pixels once: the size must be right and every value finite."""
    scale = getattr(network, "scale", 0)
    if not 1 <= scale <= 8:
        raise CheckpointError(f"the scale must be from 1 to 8, {name} has {scale}")
    picture = torch.linspace(0, 1, 3 * 16 * 16).reshape(1, 3, 16, 16)
    try:
        sr = network(picture)
    except Exception as error:  # a foreign network may raise anything
        raise CheckpointError(f"{name} fails on a picture of 16×16 pixels") from error
    if sr.shape != (1, 3, 16 * scale, 16 * scale) or not bool(torch.isfinite(sr).all()):
        raise CheckpointError(f"{name} gives a damaged picture: its weights do not fit together")
