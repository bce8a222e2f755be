"""Networks that spandrel, an optional package, recognises."""

from typing import Any

from torch import Tensor, nn

from ganlab.device import CPU
from ganlab.errors import CheckpointError
from ganlab.images.methods import INSTALL
from ganlab.networks.files.recognition import DETECTORS
from ganlab.networks.files.weights import Weights


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
