"""Pairs for training: photographs, and the same shrunk by Pillow's bicubic kernel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganlab.errors import DataError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def crop_to_multiple(picture: Image.Image, scale: int) -> Image.Image:
    """The largest part from the upper left whose sides are multiples of scale."""
    width, height = (side - side % scale for side in picture.size)
    return picture.crop((0, 0, width, height))


def shrink(picture: Image.Image, scale: int) -> Image.Image:
    """The picture with both sides divided by scale, through Pillow's antialiased bicubic kernel."""
    return picture.resize(
        (picture.width // scale, picture.height // scale), Image.Resampling.BICUBIC
    )


def photographs(folder: Path) -> list[Path]:
    """The picture files of a folder, by name; DataError if there is none."""
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise DataError(
            f"a folder of photographs was wanted, {folder} holds none: point GANLAB_DATA at the "
            f"folder that holds it or name another one"
        )
    return found


def embedded_photographs() -> list[Image.Image]:
    """The colour photographs that scikit-image and scikit-learn carry inside their packages."""
    from skimage import data
    from sklearn.datasets import load_sample_images

    arrays = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket()]
    arrays += list(load_sample_images().images)
    return [Image.fromarray(np.asarray(array)) for array in arrays]


@dataclass(frozen=True)
class Pair:
    """One photograph as it is and shrunk: uint8 (3, scale·H, scale·W) and (3, H, W)."""

    hr: Tensor
    lr: Tensor


def as_tensor(picture: Image.Image) -> Tensor:
    """An RGB picture as uint8 (3, H, W)."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()


def pairs(
    pictures: Iterable[Image.Image],
    scale: int,
    shrinkages: Sequence[float] = (1.0,),
    least: int = 1,
) -> list[Pair]:
    """All pictures at every pre-shrinkage, whose low-resolution sides are at least `least`.

    Pre-shrinking adds finer texture at no cost and removes the marks of JPEG compression.
    """
    made = []
    for picture in pictures:
        picture = picture.convert("RGB")
        for factor in shrinkages:
            size = (round(picture.width * factor), round(picture.height * factor))
            if min(size) // scale < least:
                continue
            smaller = picture if factor == 1 else picture.resize(size, Image.Resampling.LANCZOS)
            hr = crop_to_multiple(smaller, scale)
            made.append(Pair(as_tensor(hr), as_tensor(shrink(hr, scale))))
    if not made:
        raise DataError(f"no photograph is at least {least * scale} pixels on its shorter side")
    return made


class Crops:
    """Batches of random crops in the eight orientations, from pairs that stay in memory."""

    def __init__(self, pairs: Sequence[Pair], batch: int, crop: int, seed: int = 0) -> None:
        self.pairs = pairs
        self.batch = batch
        self.crop = crop
        """Side of a crop in low-resolution pixels."""
        self.scale = pairs[0].hr.shape[-1] // pairs[0].lr.shape[-1]
        self.generator = torch.Generator().manual_seed(seed)
        """Places are drawn on the CPU: they are needed there, and are the same on every device."""
        self.weights = torch.tensor([float(pair.lr[0].numel()) for pair in pairs])

    def to(self, device: torch.device) -> "Crops":
        """The same, with the photographs on that device."""
        self.pairs = [Pair(pair.hr.to(device), pair.lr.to(device)) for pair in self.pairs]
        return self

    def draw(self) -> tuple[Tensor, Tensor]:
        """(lr, hr) in [0, 1]: (N, 3, crop, crop) and (N, 3, scale·crop, scale·crop)."""
        size, scale = self.crop, self.scale
        lrs, hrs = [], []
        chosen = torch.multinomial(
            self.weights, self.batch, replacement=True, generator=self.generator
        )
        for index in chosen.tolist():
            pair = self.pairs[index]
            top = self._integer(pair.lr.shape[1] - size + 1)
            left = self._integer(pair.lr.shape[2] - size + 1)
            lr = pair.lr[:, top : top + size, left : left + size]
            top, left, side = top * scale, left * scale, size * scale
            hr = pair.hr[:, top : top + side, left : left + side]
            orientation = self._integer(8)
            lrs.append(oriented(lr, orientation))
            hrs.append(oriented(hr, orientation))
        return torch.stack(lrs).float() / 255, torch.stack(hrs).float() / 255

    def _integer(self, high: int) -> int:
        return int(torch.randint(high, (), generator=self.generator))


def oriented(picture: Tensor, orientation: int) -> Tensor:
    """One of the eight symmetries of the square, by number 0..7, of a (..., H, W) tensor."""
    turned = torch.rot90(picture, orientation % 4, (-2, -1))
    return turned.flip(-1) if orientation >= 4 else turned
