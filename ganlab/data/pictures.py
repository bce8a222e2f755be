"""Sets of pictures as one uint8 tensor, and batches of them in shuffled epochs."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ganlab.config import Choice
from ganlab.config.fit import picture_shape
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.registry import Data, find

BLOCK = 1_000
"""Pictures that are converted at a time."""


@dataclass(frozen=True)
class PictureSet:
    """Pictures with their labels."""

    pictures: Tensor
    """(N, C, H, W) uint8."""
    labels: Tensor
    """(N,) int64."""
    classes: tuple[str, ...]
    name: str


def load_pictures(data: Choice, report: Report = silent) -> PictureSet:
    """The pictures that a run's data name; DataError unless they have the shape that is said."""
    found = find(Data, data.name).load()(**data.values, report=report)
    shape, have = picture_shape(data), found.pictures
    if have.dtype != torch.uint8 or have.shape[1:] != (shape.channels, shape.size, shape.size):
        raise DataError(
            f"the pictures of {data.name} must be uint8 (N, {shape.channels}, {shape.size}, "
            f"{shape.size}), got {have.dtype} {tuple(have.shape)}"
        )
    return found


def to_float(pictures: Tensor) -> Tensor:
    """Uint8 (…) in 0..255 to float32 in [-1, 1]."""
    return pictures.to(torch.float32).mul_(1 / 127.5).sub_(1.0)


def to_bytes(pictures: Tensor) -> Tensor:
    """Float (…) in [-1, 1] to uint8 in 0..255, rounded and clamped."""
    return pictures.float().add(1.0).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8)


def fitted(whole: PictureSet, channels: int, size: int) -> PictureSet:
    """The set with pictures of that many channels and that size, resized with antialiasing."""
    pictures = whole.pictures
    if channels == 1 and pictures.shape[1] == 3:
        luma = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)  # Rec. 601, as Pillow's grey
        parts = [(part * luma).sum(1, keepdim=True).round_() for part in pictures.split(BLOCK)]
        pictures = torch.cat(parts).to(torch.uint8)
    elif channels == 3 and pictures.shape[1] == 1:
        pictures = pictures.expand(-1, 3, -1, -1)
    if pictures.shape[2] != size or pictures.shape[3] != size:
        parts = [_resized(part, size) for part in pictures.split(BLOCK)]
        pictures = torch.cat(parts)
    return replace(whole, pictures=pictures)


def _resized(pictures: Tensor, size: int) -> Tensor:
    large = F.interpolate(
        pictures.float(), (size, size), mode="bicubic", align_corners=False, antialias=True
    )
    return large.round_().clamp_(0, 255).to(torch.uint8)


class PictureSource:
    """Batches of real pictures, shuffled in each epoch; its position can be stored."""

    def __init__(self, pictures: PictureSet, device: torch.device, seed: int) -> None:
        self.set = pictures
        self._pictures = pictures.pictures.to(device)
        self._labels = pictures.labels.to(device)
        self.device = device
        self._seed = seed
        self.conditions: Tensor | None = None
        """The condition of each picture that networks are given instead of its label, (N, ...)."""
        self._go_to(0, 0)

    def __len__(self) -> int:
        return len(self._labels)

    def next(self, n: int) -> tuple[Tensor, Tensor]:
        """The next n pictures as float32 (n, C, H, W) in [-1, 1] and their labels (n,).

        If there are conditions, they are returned in place of the labels.
        """
        parts: list[Tensor] = []
        missing = n
        while missing:
            part = self._order[self._position : self._position + missing]
            parts.append(part)
            missing -= len(part)
            self._position += len(part)
            if self._position == len(self):
                self._go_to(self._epoch + 1, 0)
        index = parts[0] if len(parts) == 1 else torch.cat(parts)
        index = index.to(self.device, non_blocking=True)
        pictures = to_float(self._pictures[index])
        given = self._labels if self.conditions is None else self.conditions
        return pictures.contiguous(memory_format=torch.channels_last), given[index]

    def sample(self, n: int, seed: int) -> tuple[Tensor, Tensor]:
        """Draw n pictures and labels without repetition; the result depends on seed alone."""
        drawn = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))[:n]
        index = drawn.to(self.device)
        return self._pictures[index], self._labels[index]

    def state(self) -> dict[str, Any]:
        """The position of the source, in plain numbers."""
        return {"epoch": self._epoch, "position": self._position}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `state()` was taken; raise ValueError if that lies outside the set."""
        epoch, position = int(state["epoch"]), int(state["position"])
        if not 0 <= position < len(self):
            raise ValueError(f"a place must lie between 0 and {len(self) - 1}, got {position}")
        self._go_to(epoch, position)

    def _go_to(self, epoch: int, position: int) -> None:
        # An epoch's order follows from the seed alone, so that a resumed run sees the same one.
        generator = torch.Generator().manual_seed(self._seed * 1_000_003 + epoch)
        self._order = torch.randperm(len(self), generator=generator)
        self._epoch, self._position = epoch, position
