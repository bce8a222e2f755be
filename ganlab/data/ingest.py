"""Read files of pictures into one tensor of square pictures, and list those that cannot be read."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from ganlab.data.archives import MOST_FILE, Entry
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError

FORMATS = ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"]
FEWEST = 16
"""The least number of pictures; a GAN memorises fewer."""
MOST_PIXELS = 50_000_000
"""Of one picture, as its header says."""
MOST_BYTES = 2**30
"""Of the tensor that comes out."""


@dataclass(frozen=True)
class Gathered:
    """Pictures ready to train on, and the files that were left out."""

    pictures: Tensor
    """(N, C, size, size) uint8."""
    labels: Tensor
    """(N,) int64; all 0 where there is one class."""
    classes: tuple[str, ...]
    """Names of the folders, or of the whole where there is one."""
    refused: tuple[tuple[str, str], ...]
    """Name and reason of each file that could not be read."""

    @property
    def message(self) -> str:
        """One or two sentences: how many pictures and classes, and which files were left out."""
        several = len(self.classes) > 1
        kinds = f" in {len(self.classes)} classes" if several else ", all of one class"
        text = f"{len(self.pictures):,} pictures{kinds}."
        if not self.refused:
            return text
        named = "; ".join(f"{name} ({why})" for name, why in self.refused[:3])
        more = f"; and {len(self.refused) - 3:,} more" if len(self.refused) > 3 else ""
        return f"{text} Left out: {named}{more}."


def gather(
    entries: Sequence[Entry],
    title: str,
    size: int,
    colour: str = "colour",
    report: Report = silent,
) -> Gathered:
    """Read every entry, cut it to its middle square and bring it to size×size.

    Raises DataError if fewer than FEWEST can be read, or the result would be too large.
    """
    channels = 1 if colour == "grey" else 3
    needed = len(entries) * channels * size * size
    if needed > MOST_BYTES:
        raise DataError(
            f"{len(entries):,} pictures of {size}×{size} take {needed / 2**30:.1f} GB of memory, "
            f"and the limit is {MOST_BYTES / 2**30:.0f} GB: take fewer, smaller or grey ones"
        )
    names, folders = class_names([entry.name for entry in entries])
    pictures = np.empty((len(entries), channels, size, size), np.uint8)
    labels: list[int] = []
    refused: list[tuple[str, str]] = []
    for k, (entry, folder) in enumerate(zip(entries, folders, strict=True)):
        try:
            pictures[len(labels)] = square(entry, size, colour)
            labels.append(names.index(folder))
        except DataError as error:
            refused.append((entry.name, str(error)))
        if k % 200 == 199:
            report(f"Reading {title}", (k + 1) / len(entries))
    if len(labels) < FEWEST:
        raise DataError(too_few(title, len(labels), refused))
    used = sorted(set(labels))
    place = {old: new for new, old in enumerate(used)}
    return Gathered(
        torch.from_numpy(pictures[: len(labels)].copy()),
        torch.tensor([place[label] for label in labels]),
        tuple(names[old] for old in used),
        tuple(refused),
    )


def too_few(title: str, count: int, refused: Sequence[tuple[str, str]]) -> str:
    """One sentence for a set that is too small to learn from."""
    which = f", for {refused[0][0]} and others could not be read" if len(refused) > 1 else ""
    if len(refused) == 1:
        which = f", for {refused[0][0]} could not be read ({refused[0][1]})"
    pictures = "1 picture" if count == 1 else f"{count} pictures"
    return (
        f"{title} gives {pictures} to learn from, and a GAN needs at least {FEWEST}{which}: add "
        "more pictures"
    )


def class_names(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """The classes' names, and each path's own: the first folder in which the paths differ."""
    parts = [PurePosixPath(path).parts[:-1] for path in paths]
    while parts and all(parts) and len({part[0] for part in parts}) == 1:
        parts = [part[1:] for part in parts]  # one folder around everything is no class
    own = [part[0] if part else "" for part in parts]
    return sorted(set(own)), own


def square(entry: Entry, size: int, colour: str) -> NDArray[Any]:
    """The middle square of a picture, upright, antialiased: (C, size, size) uint8.

    Raises DataError with the reason in a few words.
    """
    if entry.size > MOST_FILE:
        raise DataError(f"larger than {MOST_FILE / 2**20:.0f} MB")
    try:
        data = entry.read()
    except Exception as error:  # a member of a ZIP can be damaged in many ways
        raise DataError("cannot be unpacked") from error
    if len(data) > MOST_FILE:
        raise DataError(f"larger than {MOST_FILE / 2**20:.0f} MB")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError("too many pixels") from error
    except Exception as error:  # decoders raise what they like on a damaged header
        raise DataError("no picture") from error
    if image.width * image.height > MOST_PIXELS:
        raise DataError(f"{image.width * image.height / 1e6:.0f} million pixels")
    try:
        return _decoded(image, size, "L" if colour == "grey" else "RGB")
    except Exception as error:
        raise DataError("cut off or damaged") from error


def _decoded(image: Image.Image, size: int, mode: str) -> NDArray[Any]:
    image.draft(mode, (2 * size, 2 * size))  # a JPEG decoder can leave out what is not needed
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I") or upright.mode == "F":
        values = np.asarray(upright, np.float64)  # 16 bits: Pillow would clip them, not scale
        scale = 257.0 if values.max() > 255 else 1.0
        upright = Image.fromarray((values / scale).clip(0, 255).astype(np.uint8))
    if "transparency" in upright.info or upright.mode in ("LA", "PA", "RGBA", "La", "RGBa"):
        seen = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    upright = upright.convert(mode)
    side = min(upright.size)
    left, top = (upright.width - side) // 2, (upright.height - side) // 2
    box = (left, top, left + side, top + side)
    small = upright.resize((size, size), Image.Resampling.LANCZOS, box)
    array = np.asarray(small)
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
