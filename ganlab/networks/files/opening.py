"""Load a super-resolution network from a file of weights, the lab's own or a published one.

What the lab does not know itself is given to spandrel, an optional package.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.device import CPU
from ganlab.errors import CheckpointError
from ganlab.images.methods import INSTALL
from ganlab.images.tiling import Upscaler
from ganlab.networks.files.recognition import DETECTORS, recognised
from ganlab.networks.files.weights import Weights, check, read


class Foreign(nn.Module):
    """A network that spandrel recognised, with the interface that tiling needs."""

    def __init__(self, descriptor: Any) -> None:
        super().__init__()
        self.model = descriptor.model
        self.descriptor = descriptor
        self.scale = int(descriptor.scale)
        self.radius = 10_000  # unknown: a near halo, and the seam is measured and said
        self.tileable = descriptor.tiling.name == "SUPPORTED"

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        return self.descriptor(lr)


def through_spandrel(weights: Weights, name: str) -> tuple[nn.Module, str]:
    """The network that spandrel finds, and its name; CheckpointError if there is none."""
    known = ", ".join(DETECTORS)
    refusal = f"{name} is none of the networks known here ({known})"
    try:
        from spandrel import ImageModelDescriptor, ModelLoader  # type: ignore[import-not-found]
    except ImportError:
        raise CheckpointError(f"{refusal}: {INSTALL} adds some forty more") from None
    try:
        descriptor = ModelLoader(device=str(CPU)).load_from_state_dict(weights)
    except Exception as error:  # an unsupported model comes with an empty text
        raise CheckpointError(f"{refusal}, nor of those that spandrel knows") from error
    enlarges = isinstance(descriptor, ImageModelDescriptor) and descriptor.purpose == "SR"
    if not enlarges or descriptor.input_channels != 3:
        raise CheckpointError(
            f"{name} is a {descriptor.architecture.name} network for "
            f"{descriptor.purpose.lower()}: expected one that enlarges colour pictures"
        )
    return Foreign(descriptor), descriptor.architecture.name


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
