"""Validation of a network in training: a photograph that it never saw, and bicubic's scores."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from ganlab.data.degradation import crop_to_multiple, held_out, shrink
from ganlab.images.picture import Picture
from ganlab.images.quality import psnr, ssim
from ganlab.images.tiling import Upscaler, apply, as_input, as_samples

SIDE = 96
CORNERS = ((70, 125), (90, 272), (0, 170), (196, 205))
"""Top and left of the crops that are watched: both eyes, the forehead's fur, nose and whiskers."""

Array = NDArray[np.uint8]


@dataclass(frozen=True)
class ValidationResult:
    """What a network made of the photograph."""

    psnr: float
    ssim: float
    picture: Array
    """(H, W, 3)."""


class Validation:
    """One photograph at one scale: small, large, and enlarged by bicubic."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        hr = crop_to_multiple(held_out(), scale)
        lr = shrink(hr, scale)
        self.hr, self.lr = np.asarray(hr), np.asarray(lr)
        bicubic = np.asarray(lr.resize(hr.size, Image.Resampling.BICUBIC))
        self.bicubic = self._scored(bicubic)

    def answer(self, network: nn.Module) -> ValidationResult:
        """Have the network enlarge the photograph, in float32 and in its mode of use."""
        was_training = network.training
        upscaler: Upscaler = network.eval()  # type: ignore[assignment]
        with torch.inference_mode():
            sr = as_samples(apply(upscaler, as_input(self.lr)), np.dtype(np.uint8), False)
        network.train(was_training)
        return self._scored(Picture(sr).levels())

    def _scored(self, picture: Array) -> ValidationResult:
        similarity = ssim(picture, self.hr, self.scale)
        assert similarity is not None
        return ValidationResult(psnr(picture, self.hr, self.scale), similarity, picture)


def crops(picture: Array) -> Array:
    """The parts that are watched, (4, 3, 96, 96)."""
    parts = [picture[top : top + SIDE, left : left + SIDE] for top, left in CORNERS]
    return np.stack(parts).transpose(0, 3, 1, 2)


def tiled(picture: Array) -> Array:
    """The parts that are watched, two by two in one picture (1, 3, 192, 192)."""
    parts = crops(picture)
    rows = [np.concatenate(list(parts[k : k + 2]), axis=2) for k in (0, 2)]
    return np.concatenate(rows, axis=1)[None]
