"""The ways of enlarging that are always there; importing this loads no network."""

import os
from dataclasses import dataclass
from pathlib import Path

from ganlab.paths import CHECKPOINTS


@dataclass(frozen=True)
class Method:
    """One way of enlarging."""

    label: str
    """What a person reads."""
    summary: str
    scale: int | None = None
    """The scale that its network was trained for; None for kernels, which take any."""
    partner: str = ""
    """The method whose weights its own can be blended with."""

    @property
    def kernel(self) -> bool:
        """Whether it is a resampling kernel, without a network."""
        return self.scale is None


INSTALL = "pip install 'spandrel>=0.4,<1'"
"""What adds the architectures that spandrel knows; the README says the same."""
METHODS = {
    "nearest": Method("Nearest", "Every pixel becomes a block: what was really measured."),
    "bicubic": Method("Bicubic", "A smooth curve through the pixels: the usual baseline."),
    "lanczos": Method("Lanczos", "A sharper kernel that rings at edges."),
    "sr-x4-psnr": Method(
        "Lean SRResNet ×4",
        "A network trained towards the pixels: the safest guess, a little soft.",
        4,
    ),
    "sr-x4-gan": Method(
        "Lean SRGAN ×4",
        "The same network, trained on against a discriminator: sharper, and partly invented.",
        4,
        "sr-x4-psnr",
    ),
    "sr-x2-psnr": Method(
        "Lean SRResNet ×2", "The network towards the pixels, for twice the size.", 2
    ),
}


def checkpoint_folder() -> Path:
    """Where the shipped weights lie: GANLAB_CHECKPOINTS, or the lab's own."""
    return Path(os.environ.get("GANLAB_CHECKPOINTS", CHECKPOINTS))


def checkpoint_of(name: str) -> Path:
    """The file of a shipped method."""
    return checkpoint_folder() / f"{name}.safetensors"


def shipped() -> list[str]:
    """The methods that work here: all kernels, and the networks whose files are there."""
    return [name for name, m in METHODS.items() if m.kernel or checkpoint_of(name).is_file()]
