"""A result made of bands, so that what a network makes of a large picture is never held whole."""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from ganlab.images import tiling
from ganlab.images.picture import Samples
from ganlab.images.resize import KERNELS, resized
from ganlab.images.tiling import Progress, Tile

REACH = 3
"""Pixels that the widest kernel, Lanczos, looks to either side; more where it shrinks."""
HELD = 30_000_000
"""Enlarged pixels that are held at once where they are shrunk afterwards."""


@dataclass(frozen=True)
class Axis:
    """One side of a part of a picture, enlarged by a network and then brought to a length."""

    start: int
    length: int
    """The part, in pixels of the picture."""
    limit: int
    """The picture's side."""
    scale: int
    """The network's."""
    target: int
    """The target length."""

    @property
    def ratio(self) -> float:
        """Enlarged pixels for each pixel of the result."""
        return self.length * self.scale / self.target

    @property
    def support(self) -> float:
        """Enlarged pixels that a kernel looks to either side."""
        return REACH * max(1.0, self.ratio) + 1

    @property
    def unit(self) -> int:
        """The fewest pixels of the result that are a whole number of enlarged ones."""
        return self.target // math.gcd(self.length * self.scale, self.target)

    def needed(self, first: int, last: int) -> tuple[int, int, float, float]:
        """For pixels [first, last) of the result: start and length of what is enlarged for them.

        And where they begin and end in it, in enlarged pixels.
        """
        enlarged = self.length * self.scale
        low, high = first * enlarged / self.target, last * enlarged / self.target
        start = max(math.floor(self.start + (low - self.support) / self.scale), 0)
        end = min(math.ceil(self.start + (high + self.support) / self.scale), self.limit)
        inside = (self.start - start) * self.scale
        return start, end - start, low + inside, high + inside

    def rows_held(self, rows: int) -> int:
        """Enlarged rows that so many rows of the result take at most."""
        return math.ceil(rows * self.ratio + 2 * self.support) + 2 * self.scale


@dataclass(frozen=True)
class Route:
    """Both sides of a part of a picture on their way through a network to the target size."""

    across: Axis
    down: Axis

    @property
    def size(self) -> tuple[int, int]:
        """Target width and height."""
        return self.across.target, self.down.target

    @property
    def detour(self) -> bool:
        """Whether what the network makes has another size than the target."""
        return self.across.ratio != 1 or self.down.ratio != 1

    @property
    def larger(self) -> bool:
        """Whether the target is larger."""
        return self.across.ratio < 1 or self.down.ratio < 1

    @property
    def reach(self) -> float:
        """Enlarged pixels that are looked at beyond the part, by a kernel after the network."""
        return max(self.across.support, self.down.support) if self.detour else 0


def bands(across: Axis, down: Axis) -> Iterator[tuple[int, int]]:
    """First and last row of every band of the result, so high that about HELD pixels are held.

    They end where whole enlarged pixels end, if such places lie close enough: then each band is
    what it is in the whole, bit by bit where one size divides the other.
    """
    width = across.needed(0, across.target)[1] * across.scale
    room = HELD / width - down.rows_held(0)
    rows = max(int(room / down.ratio), 1)
    if down.rows_held(down.target) * width <= HELD:
        rows = down.target
    elif rows > down.unit:
        rows -= rows % down.unit
    for first in range(0, down.target, rows):
        yield first, min(first + rows, down.target)


def enlarge_in_bands(
    network: tiling.Upscaler,
    colour: Samples,
    corner: tuple[int, int],
    route: Route,
    side: int,
    precision: str,
) -> Generator[Progress, None, tuple[Samples, int]]:
    """The result's colours and the number of tiles; `colour` begins at the corner (left, top).

    On a detour band by band, so that a large picture's ×4 is never held whole.
    """
    halo, scale, (width, height) = tiling.halo_of(network), network.scale, route.size
    kernel = KERNELS["bicubic" if route.larger else "lanczos"]
    whole = not route.detour or not getattr(network, "tileable", True)
    rows = [(0, height)] if whole else list(bands(route.across, route.down))
    work = [(band, *_area(route, band, corner)) for band in rows]
    total = sum(len(tiling.tiles(a.height, a.width, side)) for _, a, _ in work)
    result = np.empty((height, width, *colour.shape[2:]), colour.dtype)
    started, done = time.perf_counter(), 0
    for (first, last), area, box in work:
        shape = (area.height * scale, area.width * scale, *colour.shape[2:])
        made = np.empty(shape, colour.dtype) if route.detour else result
        for _ in tiling.enlarge(network, colour, made, side, halo, precision, area):
            done += 1
            if done < total:
                yield Progress(done, total, time.perf_counter() - started)
        if route.detour:
            result[first:last] = resized(made, (width, last - first), kernel, box)
    yield Progress(total, total, time.perf_counter() - started)
    return result, total


def _area(
    route: Route, band: tuple[int, int], corner: tuple[int, int]
) -> tuple[Tile, tuple[float, ...]]:
    """What is enlarged for a band, counted from the corner, and where the band lies in it."""
    across, down, (left, top) = route.across, route.down, corner
    if not route.detour:
        x, wide, y, tall = across.start, across.length, down.start, down.length
        return Tile(y - top, x - left, tall, wide), ()
    x, wide, begin, end = across.needed(0, across.target)
    y, tall, first, last = down.needed(*band)
    return Tile(y - top, x - left, tall, wide), (begin, first, end, last)
