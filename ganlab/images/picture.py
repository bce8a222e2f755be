"""What a picture is here: colour and alpha apart, upright, in sRGB, with what is worth keeping."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt

from ganlab.errors import PictureError

Samples = NDArray[np.uint8 | np.uint16]

MOST_INPUT = 40_000_000
"""Pixels that a picture read may have."""

MOST_OUTPUT = 150_000_000
"""Pixels that a picture made may have."""


@dataclass(frozen=True)
class Picture:
    """Upright sRGB samples of 8 or 16 bits."""

    colour: Samples
    """(H, W, 3), or (H, W) for a grey picture."""
    alpha: Samples | None = None
    """(H, W) of the same depth; None for a picture without transparency."""
    exif: Image.Exif | None = None
    """Its metadata without orientation, thumbnail and what depends on its size."""
    notices: tuple[str, ...] = ()
    """What was changed on reading, one sentence each."""

    def __post_init__(self) -> None:
        if self.colour.dtype not in (np.uint8, np.uint16):
            raise PictureError(
                f"samples of 8 or 16 bits were wanted, got {self.colour.dtype}: convert them first"
            )
        assert self.colour.ndim == 2 or self.colour.shape[2] == 3
        assert self.alpha is None or self.alpha.shape == self.colour.shape[:2]

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.colour.shape[1]

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.colour.shape[0]

    @property
    def bits(self) -> int:
        """8 or 16."""
        return self.colour.dtype.itemsize * 8

    @property
    def grey(self) -> bool:
        """Whether it has luminance alone."""
        return self.colour.ndim == 2

    def noted(self, *notices: str) -> "Picture":
        """The same picture with further notices."""
        return replace(self, notices=self.notices + notices)

    def region(self, left: int, top: int, width: int, height: int) -> "Picture":
        """A part of it; PictureError if it does not lie inside."""
        inside = (
            left >= 0 and top >= 0 and left + width <= self.width and top + height <= self.height
        )
        if width < 1 or height < 1 or not inside:
            raise PictureError(
                f"a region inside {self.width}×{self.height} pixels was wanted, "
                f"got {width}×{height} at ({left}, {top})"
            )
        rows, columns = slice(top, top + height), slice(left, left + width)
        alpha = None if self.alpha is None else self.alpha[rows, columns]
        return replace(self, colour=self.colour[rows, columns], alpha=alpha)

    def eight_bits(self) -> "Picture":
        """The same picture with 8-bit samples, rounded."""
        if self.bits == 8:
            return self
        alpha = None if self.alpha is None else _eight_bits(self.alpha)
        return replace(self, colour=_eight_bits(self.colour), alpha=alpha)

    def levels(self) -> NDArray[np.uint8]:
        """Its colours as 8-bit (H, W, 3), or (H, W) if grey, as the measures want them."""
        return np.ascontiguousarray(self.eight_bits().colour, dtype=np.uint8)

    def rgb(self) -> NDArray[np.uint8]:
        """Its colours as 8-bit (H, W, 3), as a screen and pretrained networks want them."""
        colour = self.levels()
        return np.repeat(colour[..., None], 3, axis=2) if self.grey else colour


def _eight_bits(samples: Samples) -> NDArray[np.uint8]:
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)


def check_size(width: int, height: int, most: int, what: str, advice: str) -> None:
    """Raise PictureError with the numbers if width × height is above `most` pixels."""
    if width * height > most:
        raise PictureError(
            f"{what} would have {width}×{height} = {width * height / 1e6:.0f} million pixels, "
            f"the limit is {most / 1e6:.0f} million: {advice}"
        )


def with_hidden_colours_filled(picture: Picture) -> Picture:
    """Give fully transparent pixels the colour of the nearest visible one.

    Files keep any colour there, often black, and every kernel would draw it into the visible edge.
    """
    if picture.alpha is None:
        return picture
    hidden = picture.alpha == 0
    if not hidden.any() or hidden.all():
        return picture
    nearest = distance_transform_edt(hidden, return_distances=False, return_indices=True)
    assert isinstance(nearest, np.ndarray)
    return replace(picture, colour=picture.colour[nearest[0], nearest[1]])
