"""The shipped digit classifier, and real digits in its features to compare generators with."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.data.pictures import to_float
from ganlab.device import CPU, device_of
from ganlab.errors import CheckpointError, PictureError
from ganlab.networks.classifier import Classifier, Reading
from ganlab.paths import CHECKPOINTS
from ganlab.registry import Data, find, table
from ganlab.training.checkpoint import load_tensors
from ganlab.training.state_tensors import load_weights

CLASSIFIER = CHECKPOINTS / "digits-classifier.safetensors"
REFERENCE = CHECKPOINTS / "digits-reference.safetensors"
REFERENCE_DATA = "mnist"
"""The data set whose digits the reference holds."""
BATCH = 500
BOX = 20
"""Side of the square that a digit fills in MNIST's pictures, from which the classifier learned."""
HALO = 48
"""Grey that is no stroke in a picture that has to be shrunk."""


@dataclass(frozen=True)
class DigitClassifier:
    """A trained classifier with its card."""

    name: str
    """Names the features: scores are comparable only where it is the same."""
    card: dict[str, Any]
    net: Classifier
    shape: tuple[int, int, int]
    """(channels, height, width) of what it reads."""

    def read(self, pictures: NDArray[Any] | Tensor, box: int = BOX) -> Reading:
        """What it sees in pictures (N, C, H, W) uint8: features and logits on the CPU, float32.

        A square of side box is brought to the size of MNIST's: of the embedded digits, whose
        strokes are wider, it then reads 98 % right, not 79 %. Raises PictureError if they are of
        another size than it was trained on.
        """
        given = torch.as_tensor(pictures)
        if tuple(given.shape[1:]) != self.shape:
            wanted, came = ("×".join(map(str, s)) for s in (self.shape, given.shape[1:]))
            raise PictureError(
                f"{self.name} reads pictures of {wanted}, got {came}: judge a model of digits"
            )
        device = device_of(self.net)
        with torch.no_grad():
            parts = [
                self.net(to_float(in_box(part.to(device), box))) for part in given.split(BATCH)
            ]
        features, logits = zip(*parts, strict=True)
        return Reading(torch.cat(features).cpu(), torch.cat(logits).cpu())

    @property
    def features(self) -> Callable[[Tensor], Tensor]:
        """Pictures (N, C, H, W) in [-1, 1] to features (N, D), with gradients."""
        return lambda x: self.net(x.to(device_of(self.net))).features


def in_box(pictures: Tensor, box: int) -> Tensor:
    """Pictures (N, C, H, W) uint8 shrunk until a square of side box is one of BOX, on black.

    Greys below HALO become black, for what was enlarged from few pixels has a rim around strokes.
    """
    if box == BOX:
        return pictures
    side = round(pictures.shape[-1] * BOX / box)
    clear = (pictures.float() - HALO).clamp(min=0) * (255 / (255 - HALO))
    small = torch.nn.functional.interpolate(
        clear, size=(side, side), mode="bilinear", antialias=True
    )
    before = (pictures.shape[-1] - side) // 2
    after = pictures.shape[-1] - side - before
    padded = torch.nn.functional.pad(small, (before, after, before, after))
    return padded.round().clamp(0, 255).to(torch.uint8)


def box_of(data: str) -> int:
    """The square that stands for MNIST's in pictures of the data set of that name."""
    return find(Data, data).box or BOX


def readable() -> tuple[str, ...]:
    """The data sets whose pictures the classifier can read."""
    return tuple(name for name, one in table(Data).items() if one.box)


@dataclass(frozen=True)
class Reference:
    """Real digits as features, so that a model can be evaluated where the data set is not."""

    features: Tensor
    """(N, D)."""
    labels: Tensor
    """(N,)."""
    facts: dict[str, Any]
    """'data' and 'floor': what other real digits score against these."""


def is_there() -> bool:
    """Whether the classifier's file came along."""
    return CLASSIFIER.is_file()


@functools.cache
def load_classifier(path: Path = CLASSIFIER, device: torch.device = CPU) -> DigitClassifier:
    """The classifier in the file, on a device; raises CheckpointError in one sentence."""
    tensors, facts = load_tensors(path)
    try:
        channels, classes, size = facts["classifier"]
        net = Classifier(channels, classes, size)
        name = facts["card"]["name"]
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path.name} holds no digit classifier") from error
    load_weights(net, tensors)
    net.to(device).eval().requires_grad_(False)
    return DigitClassifier(name, facts["card"], net, (channels, size, size))


@functools.cache
def load_reference(path: Path = REFERENCE) -> Reference:
    """The real digits in the file; raises CheckpointError if they are another classifier's."""
    tensors, facts = load_tensors(path)
    name = load_classifier().name
    if facts.get("features") != name or "real" not in tensors:
        raise CheckpointError(f"{path.name} holds no features of {name}")
    return Reference(tensors["real"].float(), tensors["labels"].long(), facts)
