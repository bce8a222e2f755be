"""From a picture, a method and a size to the enlarged picture."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from ganlab.device import choose_device, device_of, inner_type
from ganlab.errors import ConfigError
from ganlab.images import tiling
from ganlab.images.bands import Axis, Route, enlarge_in_bands
from ganlab.images.methods import METHODS
from ganlab.images.picture import (
    MOST_OUTPUT,
    Picture,
    Samples,
    check_size,
    with_hidden_colours_filled,
)
from ganlab.images.resize import KERNELS, resized
from ganlab.images.tiling import Progress
from ganlab.trained.upscaler_loading import blended, named


def smaller(pixels: int) -> str:
    """What to choose where a picture of so many pixels would become too large."""
    most = math.sqrt(MOST_OUTPUT / pixels)
    scale = math.floor(most) if most >= 2 else math.floor(10 * most) / 10
    return f"choose ×{scale:g}, a smaller target or a region"


@dataclass(frozen=True)
class Region:
    """A part of the input that is enlarged alone."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class UpscaleRequest:
    """How a picture is enlarged."""

    method: str = "sr-x4-gan"
    """A name of METHODS, or the path of a file of weights."""
    scale: float | None = None
    """By default the network's own scale, and 4 for kernels."""
    size: tuple[int, int] | None = None
    """Target width and height, instead of a scale."""
    strength: float | None = None
    """From 0 (towards the pixels) to 1 (the GAN): the two networks' weights are blended."""
    tile: int | None = None
    """Side of a tile; by default the largest that the budget allows."""
    budget: int = tiling.BUDGET
    half: bool | None = None
    """Whether to compute in bfloat16; by default where the device is fast at it."""
    region: Region | None = None
    base: str = ""
    """The weights that `strength` blends the method's with; by default those of METHODS."""
    device: str = "auto"
    """Where the network computes, as `choose_device` understands it."""

    def __post_init__(self) -> None:
        if self.scale is not None and not 1 <= self.scale <= 8:
            raise ConfigError(f"scale must be between 1 and 8, got {self.scale:g}")
        if self.size is not None and min(self.size) < 1:
            raise ConfigError(f"a target of at least 1×1 pixels was wanted, got {self.size}")
        if self.strength is not None and not 0 <= self.strength <= 1:
            raise ConfigError(f"alpha must be between 0 and 1, got {self.strength:g}")
        if self.tile is not None and self.tile < tiling.LEAST:
            raise ConfigError(
                f"tile must be at least {tiling.LEAST} pixels, since each computes its "
                f"surroundings too, got {self.tile}"
            )
        if self.strength is not None and not self.partner:
            blendable = ", ".join(name for name, m in METHODS.items() if m.partner)
            raise ConfigError(f"alpha blends only {blendable}, got method '{self.method}'")

    @property
    def partner(self) -> str:
        """What the method's weights can be blended with, or nothing."""
        return self.base or (METHODS[self.method].partner if self.method in METHODS else "")


class Upscaling:
    """A request being carried out: iterate it for progress, stop iterating to cancel.

    `result` is there once the iteration has come to its end.
    """

    def __init__(self, picture: Picture, request: UpscaleRequest) -> None:
        self.picture = picture
        self.request = request
        self.network = None if request.method in KERNELS else network_for(request)
        native = 4 if self.network is None else self.network.scale
        part = request.region or Region(0, 0, picture.width, picture.height)
        picture.region(part.left, part.top, part.width, part.height)  # refuses what lies outside
        scale = request.scale or native
        self.size = request.size or (round(part.width * scale), round(part.height * scale))
        check_size(*self.size, MOST_OUTPUT, "the result", smaller(part.width * part.height))
        self.part = part
        across = Axis(part.left, part.width, picture.width, native, self.size[0])
        down = Axis(part.top, part.height, picture.height, native, self.size[1])
        self.route = Route(across, down)
        if self.network is not None and self.route.detour:
            wide = across.needed(0, self.size[0])[1] * native
            tall = min(down.rows_held(1), part.height * native)
            what = "what one row of the result is made of"
            check_size(wide, tall, MOST_OUTPUT, what, "choose a larger target or a kernel")
        self.result: Picture | None = None

    def __iter__(self) -> Iterator[Progress]:
        """Do the work; the progress after each tile."""
        part, margin = self.part, 8 if self.network is None else self._margin
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
            kernel = KERNELS[self.request.method]
            colour = resized(source.colour, self.size, kernel, box)
            yield Progress(1, 1, 0.0)
        else:
            if not getattr(self.network, "tileable", True):
                # What lies around a region goes through the network, too.
                tiling.check_whole(self.network, source.width * source.height, self.request.budget)
            colour, count = yield from enlarge_in_bands(
                self.network, source.colour, (left, top), self.route, self._side, self._precision
            )
            if self.route.detour:
                word = "enlarged further" if self.route.larger else "shrunk"
                made = f"the network made ×{self.network.scale}"
                notices = (f"{made}, which was {word} to the size wanted",)
            notices += self._seams(source.colour) if count > 1 else ()
        alpha = source.alpha
        if alpha is not None:
            soft = "nearest" if self.request.method == "nearest" else "bicubic"
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
        return inner_type(device_of(self.network), self._precision) is torch.bfloat16

    @property
    def _precision(self) -> str:
        return {None: "auto", True: "bfloat16", False: "float32"}[self.request.half]

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
            return max(self.picture.width, self.picture.height)
        return self.request.tile or tiling.side_for(self.network, self.request.budget)

    @property
    def _margin(self) -> int:
        """Pixels around the part that the network and a kernel after it look at."""
        assert self.network is not None
        reach = math.ceil(self.route.reach / self.network.scale)
        return tiling.halo_of(self.network) + reach + 1

    def _seams(self, colour: Samples) -> tuple[str, ...]:
        """A sentence about seams where tiles were used and the halo is not the whole radius."""
        assert self.network is not None
        halo = tiling.halo_of(self.network)
        if self.network.radius <= halo:
            return ()
        levels = tiling.seam(self.network, colour, halo, self._precision)
        return (f"tiles may differ at their seams by up to {levels:.1f} of 255 grey levels",)


def upscale(
    picture: Picture, request: UpscaleRequest, report: Callable[[Progress], None] | None = None
) -> Picture:
    """The picture enlarged as requested; `report` is called after every tile."""
    work = Upscaling(picture, request)
    for progress in work:
        if report is not None:
            report(progress)
    assert work.result is not None
    return work.result


def network_for(request: UpscaleRequest) -> tiling.Upscaler:
    """The network of an request, shipped, blended or dropped in, on the device that it names."""
    device = choose_device(request.device)
    method = named(request.method, device)
    if request.strength is not None and request.strength < 1:
        return blended(named(request.partner, device), method, request.strength)
    return method.upscaler
