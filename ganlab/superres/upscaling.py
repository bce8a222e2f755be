"""From a picture, a method and a size to the enlarged picture."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from ganlab.errors import CheckpointError, ConfigError
from ganlab.superres import tiling, zoo
from ganlab.superres.methods import METHODS, checkpoint_of, shipped
from ganlab.superres.pictures import (
    MOST_OUTPUT,
    Picture,
    Samples,
    check_size,
    with_hidden_colours_filled,
)
from ganlab.superres.tiling import Progress

KERNELS = {
    "nearest": Image.Resampling.NEAREST,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
SMALLER = "choose ×2, a smaller target or a region"


@dataclass(frozen=True)
class Region:
    """A part of the input that is wanted alone."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Order:
    """What is asked for besides the picture."""

    method: str = "sr-x4-gan"
    """A name of METHODS, or the path of a file of weights."""
    scale: float | None = None
    """By default the network's own scale, and 4 for kernels."""
    size: tuple[int, int] | None = None
    """Width and height wanted, instead of a scale."""
    strength: float | None = None
    """From 0 (towards the pixels) to 1 (the GAN): the two networks' weights are blended."""
    tile: int | None = None
    """Side of a tile; by default the largest that the budget allows."""
    budget: int = tiling.BUDGET
    half: bool | None = None
    """Whether to compute in bfloat16; by default where the processor is made for it."""
    region: Region | None = None
    base: str = ""
    """The weights that `strength` blends the method's with; by default those of METHODS."""

    def __post_init__(self) -> None:
        if self.scale is not None and not 1 <= self.scale <= 8:
            raise ConfigError(f"scale must be between 1 and 8, got {self.scale:g}")
        if self.size is not None and min(self.size) < 1:
            raise ConfigError(f"a target of at least 1×1 pixels was wanted, got {self.size}")
        if self.strength is not None and not 0 <= self.strength <= 1:
            raise ConfigError(f"alpha must be between 0 and 1, got {self.strength:g}")
        if self.tile is not None and self.tile < 1:
            raise ConfigError(f"tile must be at least 1 pixel, got {self.tile}")
        if self.strength is not None and not self.partner:
            blendable = ", ".join(name for name, m in METHODS.items() if m.partner)
            raise ConfigError(f"alpha blends only {blendable}, got method '{self.method}'")

    @property
    def partner(self) -> str:
        """What the method's weights can be blended with, or nothing."""
        return self.base or (METHODS[self.method].partner if self.method in METHODS else "")


class Upscaling:
    """One order being carried out: iterate it for progress, stop iterating to cancel.

    `result` is there once the iteration has come to its end.
    """

    def __init__(self, picture: Picture, order: Order) -> None:
        self.picture = picture
        self.order = order
        self.network = None if order.method in KERNELS else network_for(order)
        native = 4 if self.network is None else self.network.scale
        part = order.region or Region(0, 0, picture.width, picture.height)
        picture.region(part.left, part.top, part.width, part.height)  # refuses what lies outside
        scale = order.scale or native
        self.size = order.size or (round(part.width * scale), round(part.height * scale))
        check_size(*self.size, MOST_OUTPUT, "the result", SMALLER)
        if self.network is not None:
            check_size(part.width * native, part.height * native, MOST_OUTPUT, "it", SMALLER)
        self.part = part
        self.result: Picture | None = None

    def __iter__(self) -> Iterator[Progress]:
        """Do the work, telling each tile."""
        part, margin = self.part, 8 if self.network is None else tiling.halo_of(self.network)
        left, top = max(part.left - margin, 0), max(part.top - margin, 0)
        right = min(part.left + part.width + margin, self.picture.width)
        bottom = min(part.top + part.height + margin, self.picture.height)
        source = with_hidden_colours_filled(
            self.picture.region(left, top, right - left, bottom - top)
        )
        box = (
            part.left - left,
            part.top - top,
            part.left - left + part.width,
            part.top - top + part.height,
        )
        notices: tuple[str, ...] = ()
        if self.network is None:
            kernel = KERNELS[self.order.method]
            colour = resized(source.colour, self.size, kernel, box)
            yield Progress(1, 1, 0.0)
        else:
            scale = self.network.scale
            colour = yield from self._through(self.network, source.colour)
            box_out = tuple(side * scale for side in box)
            wanted = (part.width * scale, part.height * scale)
            if self.size == wanted:
                colour = colour[box_out[1] : box_out[3], box_out[0] : box_out[2]]
            else:
                larger = self.size[0] > wanted[0] or self.size[1] > wanted[1]
                kernel = KERNELS["bicubic" if larger else "lanczos"]
                colour = resized(colour, self.size, kernel, box_out)
                word = "enlarged further" if larger else "shrunk"
                notices = (f"the network made ×{scale}, which was {word} to the size wanted",)
            notices += self._seams(source.colour)
        alpha = source.alpha
        if alpha is not None:
            soft = "nearest" if self.order.method == "nearest" else "bicubic"
            constant = alpha.min() == alpha.max()
            alpha = (
                np.full((self.size[1], self.size[0]), alpha.flat[0])
                if constant
                else resized(alpha, self.size, KERNELS[soft], box)
            )
        self.result = replace(
            self.picture,
            colour=np.ascontiguousarray(colour),
            alpha=alpha,
            notices=self.picture.notices + notices,
        )

    @property
    def half(self) -> bool:
        """Whether this computes in bfloat16."""
        return native_bfloat16() if self.order.half is None else self.order.half

    def pieces(self, count: int) -> str:
        """How the work was cut, in words for a person; nothing for a kernel."""
        if self.network is None:
            return ""
        if count == 1:
            return " in one piece"
        return f" in {count} tiles of {self._side} pixels"

    @property
    def _side(self) -> int:
        """Of a tile."""
        assert self.network is not None
        if not getattr(self.network, "tileable", True):
            tiling.check_whole(self.network, self.part.width * self.part.height, self.order.budget)
            return max(self.picture.width, self.picture.height)
        return self.order.tile or tiling.side_for(self.network, self.order.budget)

    def _through(
        self, network: tiling.Upscaler, colour: Samples
    ) -> Iterator[Progress]:  # its return value is the enlarged colour
        halo = tiling.halo_of(network)
        side = self._side
        shape = (colour.shape[0] * network.scale, colour.shape[1] * network.scale)
        output = np.empty((*shape, *colour.shape[2:]), colour.dtype)
        yield from tiling.enlarge(network, colour, output, side, halo, self.half)
        return output

    def _seams(self, colour: Samples) -> tuple[str, ...]:
        """A sentence about seams where tiles were used and the halo is not the whole radius."""
        assert self.network is not None
        halo = tiling.halo_of(self.network)
        if self.network.radius <= halo or max(colour.shape[:2]) <= self._side:
            return ()
        levels = tiling.seam(self.network, colour, halo, self.half)
        return (f"tiles may differ at their seams by up to {levels:.1f} of 255 grey levels",)


def upscale(
    picture: Picture, order: Order, told: Callable[[Progress], None] | None = None
) -> Picture:
    """The picture enlarged as ordered; `told` hears of every tile."""
    work = Upscaling(picture, order)
    for progress in work:
        if told is not None:
            told(progress)
    assert work.result is not None
    return work.result


def resized(
    samples: Samples,
    size: tuple[int, int],
    kernel: Image.Resampling,
    box: tuple[int, ...] | None = None,
) -> Samples:
    """Samples of any depth through one of Pillow's kernels, from a box to a (width, height)."""
    if samples.dtype == np.uint8:
        return np.asarray(Image.fromarray(samples).resize(size, kernel, box))  # type: ignore[arg-type]
    planes = samples if samples.ndim == 3 else samples[..., None]
    done = [
        np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, kernel, box))  # type: ignore[arg-type]
        for plane in np.moveaxis(planes, 2, 0)
    ]
    values = np.clip(np.round(np.stack(done, axis=2)), 0, 65535).astype(np.uint16)
    return values if samples.ndim == 3 else values[..., 0]


def network_for(order: Order) -> tiling.Upscaler:
    """The network of an order: shipped, blended or dropped in."""
    if order.strength is not None and order.strength < 1:
        return blended(_named(order.partner), _named(order.method), order.strength)
    return _named(order.method).upscaler


def load(path: Path) -> zoo.Loaded:
    """The network of a file, kept in memory as long as the file does not change."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise CheckpointError(f"{path} could not be opened: {error.strerror}") from error
    return _load(path, changed)


@lru_cache(maxsize=6)
def _load(path: Path, changed: int) -> zoo.Loaded:
    del changed  # part of the key, so that a new version of a file is read again
    loaded = zoo.load(path)
    loaded.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return loaded


def _named(method: str) -> zoo.Loaded:
    """The network of a shipped method or of a file."""
    if method in METHODS:
        return _shipped(method)
    path = Path(method)
    if not path.suffix:
        raise ConfigError(
            f"method must be one of {', '.join(METHODS)} or a file of weights, got '{method}'"
        )
    return load(path)


def _shipped(name: str) -> zoo.Loaded:
    path = checkpoint_of(name)
    if not path.is_file():
        raise CheckpointError(
            f"the weights of {name} are missing ({path}): use one of {', '.join(shipped())}"
        )
    return load(path)


def blended(psnr: zoo.Loaded, gan: zoo.Loaded, strength: float) -> tiling.Upscaler:
    """(1 - α)·psnr + α·gan, weight by weight. Wang et al. 2018 (ESRGAN), equation 6."""
    ours, theirs = psnr.network.state_dict(), gan.network.state_dict()
    if {k: v.shape for k, v in ours.items()} != {k: v.shape for k, v in theirs.items()}:
        raise CheckpointError("only networks of one shape can be blended: these two differ")
    mixed: nn.Module = copy.deepcopy(psnr.network)
    mixed.load_state_dict({name: torch.lerp(ours[name], theirs[name], strength) for name in ours})
    return zoo.Loaded(mixed, gan.architecture).upscaler


def native_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; elsewhere float32 is faster."""
    known = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name, lambda: False)()) for name in known)
