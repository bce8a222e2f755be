"""Pairs for training: photographs, and the same shrunk by Pillow's bicubic kernel."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganlab.data.progress import Report, silent
from ganlab.errors import ConfigError, DataError, PictureError
from ganlab.images.reading import read
from ganlab.registry import Parameter, data

HELD_OUT = 2
"""Index of the embedded photograph that no training sees: Chelsea the cat."""
MOST_PIXELS = 500_000_000
"""That a training holds in memory, at all its shrinkages: 1.5 GB, and the shrunk ones besides."""
PAPER_SIDE = 96
"""Side of the originals' crops in Ledig et al. 2017."""
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
    from skimage import data as pictures
    from sklearn.datasets import load_sample_images

    arrays = [getattr(pictures, name)() for name in ("astronaut", "coffee", "chelsea", "rocket")]
    arrays += list(load_sample_images().images)
    return [Image.fromarray(np.asarray(array)) for array in arrays]


def held_out() -> Image.Image:
    """A photograph that no training on embedded photographs has seen."""
    return embedded_photographs()[HELD_OUT]


def material(
    folder: Path | None,
    report: Callable[[str], None] = lambda line: None,
    most: float = MOST_PIXELS,
) -> list[Image.Image]:
    """The photographs of a folder in sRGB, or the embedded ones without the one held out.

    What cannot be read is skipped, and `report` is called with the reason. More than `most` pixels
    are refused.
    """
    if folder is None:
        return [p for i, p in enumerate(embedded_photographs()) if i != HELD_OUT]
    opened, pixels = [], 0
    for path in photographs(folder):
        try:
            picture = read(path)
        except PictureError as error:
            report(f"skipped: {error}")
            continue
        pixels += picture.width * picture.height
        if pixels > most:
            raise DataError(
                f"the photographs of {folder} have more than the {most / 1e6:,.0f} million pixels "
                f"that are held in memory: take fewer or smaller ones"
            )
        opened.append(Image.fromarray(picture.rgb()))
    if not opened:
        raise DataError(f"no photograph of {folder} can be read: choose another folder")
    return opened


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


@dataclass(frozen=True)
class Pairs:
    """All pairs of a training, and a sentence for each photograph that was skipped."""

    pairs: Sequence[Pair]
    skipped: tuple[str, ...] = ()


@data(
    "photographs",
    title="Photographs",
    summary="Photographs, and the same shrunk by Pillow's bicubic kernel, to be enlarged again.",
    space="superres",
    parameters={
        "path": Parameter("", "A folder of photographs; none takes the embedded ones.", live=False),
        "scale": Parameter(4, "By how many times they are shrunk.", 2, 4, live=False),
        "crop": Parameter(
            40, "Side of a small crop; at 0 the original's has 96 pixels.", 0, 512, live=False
        ),
        "shrinkages": Parameter(
            "1,0.9,0.8,0.7,0.6",
            "Sizes at which each photograph is learned from, in parts of its own.",
            live=False,
        ),
    },
)
def load_pairs(
    path: str = "",
    scale: int = 4,
    crop: int = 40,
    shrinkages: str = "1,0.9,0.8,0.7,0.6",
    report: Report = silent,
) -> Pairs:
    """The pairs of a folder of photographs, or of the embedded ones."""
    report("Reading the photographs", 0.0)
    sizes = sizes_in(shrinkages)
    skipped: list[str] = []
    copies = sum(factor**2 for factor in sizes)  # of every pixel, in all sizes
    pictures = material(Path(path) if path else None, skipped.append, MOST_PIXELS / copies)
    side = crop_of({"crop": crop, "scale": scale})
    return Pairs(pairs(pictures, scale, sizes, side), tuple(skipped))


def sizes_in(text: str) -> tuple[float, ...]:
    """The shrinkages in a text, with commas between; ConfigError if it holds anything else."""
    try:
        sizes = tuple(float(part) for part in text.split(","))
    except ValueError:
        sizes = ()
    if not sizes or not all(0 < size <= 1 for size in sizes):
        raise ConfigError(f"shrinkages must be numbers up to 1 with commas between, got {text!r}")
    return sizes


def crop_of(values: Mapping[str, Any]) -> int:
    """Side of a crop in low-resolution pixels, by the values of the choice of photographs."""
    return int(values["crop"]) or PAPER_SIDE // int(values["scale"])


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
        self.place = (0, 0)
        """Where samples are cut before D sees them, see `cut`."""

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

    def move_grid(self) -> None:
        """Draw another place for `cut`."""
        top, left = torch.randint(self.scale, (2,), generator=self.generator).tolist()
        self.place = (top, left)

    def cut(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) without `scale` of their rows and columns, from the place drawn.

        So nothing that looks at them knows where the network's grid lies, which it would reward.
        """
        top, left = self.place
        height, width = (side - self.scale for side in pictures.shape[-2:])
        return pictures[..., top : top + height, left : left + width]

    def _integer(self, high: int) -> int:
        return int(torch.randint(high, (), generator=self.generator))


def oriented(picture: Tensor, orientation: int) -> Tensor:
    """One of the eight symmetries of the square, by number 0..7, of a (..., H, W) tensor."""
    turned = torch.rot90(picture, orientation % 4, (-2, -1))
    return turned.flip(-1) if orientation >= 4 else turned
