"""Small pictures made large without blur: pixels stay squares."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.jobs.samples import sprite

SIDE = 96
"""Pixels that a tile gets at least, so that a browser that scales it up leaves it sharp."""


def tiles(pictures: NDArray[Any], columns: int, gap: int = 1) -> NDArray[Any]:
    """uint8 (N, C, H, W) beside and below one another, `columns` in a row, with a faint gap."""
    count, channels, height, width = pictures.shape
    framed = np.full((count, channels, height + 2 * gap, width + 2 * gap), 128, np.uint8)
    framed[:, :, gap : gap + height, gap : gap + width] = pictures
    return enlarged(sprite(framed, columns), -(-SIDE // height))


def enlarged(picture: NDArray[Any], times: int) -> NDArray[Any]:
    """(H, W) or (H, W, 3) with every pixel repeated `times` in both directions."""
    return picture.repeat(times, axis=0).repeat(times, axis=1)
