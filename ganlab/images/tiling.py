"""Large pictures piece by piece: with a halo of the receptive field, tiled equals whole.

How large a piece may be follows from the memory that a network's activations take for each pixel of
its input, which is found by watching it work.
"""

import math
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ganlab.device import autocast, device_of
from ganlab.errors import CheckpointError, PictureError
from ganlab.images.picture import Samples

FAR = 64
"""Beyond this radius an exact halo costs more than it is worth, and NEAR is used instead."""
NEAR = 32
LEAST = 8
"""Side of the smallest tile that makes sense: below it nearly all that is computed is halo."""
SMALL = 20_480
"""Up to this many values PyTorch convolves one picture with other code, which rounds otherwise;
two pictures at once keep it to the code that large ones go through."""
BUDGET = 512 * 2**20
"""Bytes that a tile's activations may take, unless one says otherwise."""


class Upscaler(Protocol):
    """A network that enlarges: what tiling needs to know of it."""

    scale: int

    @property
    def radius(self) -> int:
        """How far an output pixel looks, in low-resolution pixels."""
        ...

    def __call__(self, lr: Tensor, /) -> Tensor:
        """(N, 3, H, W) -> (N, 3, scale·H, scale·W), colours in [0, 1]."""
        ...


@dataclass(frozen=True)
class Tile:
    """A piece of the input, without its halo."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class Progress:
    """The progress after a tile."""

    done: int
    total: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        """Estimated from the tiles done."""
        return self.seconds / self.done * (self.total - self.done) if self.done else math.inf


def tiles(height: int, width: int, side: int) -> list[Tile]:
    """A picture cut into tiles of at most `side` pixels, row by row."""
    return [
        Tile(top, left, min(side, height - top), min(side, width - left))
        for top in range(0, height, side)
        for left in range(0, width, side)
    ]


def halo_of(network: Upscaler) -> int:
    """The receptive field's radius, or NEAR where that is out of reach."""
    return network.radius if network.radius <= FAR else NEAR


def side_for(network: Upscaler, budget: int = BUDGET) -> int:
    """The largest tile whose activations, halo included, stay within the budget of bytes."""
    need, halo = bytes_per_pixel(network), 2 * halo_of(network)
    whole = math.isqrt(max(budget // need, 0))
    if 3 * whole**2 <= SMALL:  # such a piece goes through twice at once
        whole = math.isqrt(max(budget // (2 * need), 0))
    side = whole - halo
    if side < LEAST:
        double = 2 if 3 * (LEAST + halo) ** 2 <= SMALL else 1
        least = double * need * (LEAST + halo) ** 2 + 2**20
        raise PictureError(
            f"a memory budget of at least {least / 2**20:.0f} MB was wanted for this network, "
            f"got {budget / 2**20:.0f} MB: allow more"
        )
    return side


def check_whole(network: Upscaler, pixels: int, budget: int) -> None:
    """Raise PictureError if a network that cannot be tiled needs more memory than the budget."""
    needed = bytes_per_pixel(network) * pixels
    if needed > budget:
        raise PictureError(
            f"this network looks at the whole picture at once, which needs about "
            f"{needed / 2**20:.0f} MB, and {budget / 2**20:.0f} MB are allowed: allow more, or "
            "choose a region"
        )


def as_input(colour: Samples) -> Tensor:
    """Samples, grey or colour, as float32 (1, 3, H, W) in [0, 1]."""
    planes = colour if colour.ndim == 3 else np.repeat(colour[..., None], 3, axis=2)
    tensor = torch.from_numpy(planes.astype(np.float32)).permute(2, 0, 1)[None]
    return tensor / float(np.iinfo(colour.dtype).max)


def enlarge(
    network: Upscaler,
    colour: Samples,
    output: Samples,
    side: int,
    halo: int,
    precision: str = "float32",
    area: Tile | None = None,
) -> Iterator[Progress]:
    """Fill `output` tile by tile; whoever stops iterating cancels within one tile.

    `area` is the part of the picture that is enlarged, by default all of it; what lies around it is
    seen in halos only. The halo ends at the picture's border, so that the network pads with zeros
    where it would pad the whole. A grey picture goes through three equal channels and leaves as
    their mean.
    """
    if side < 1 or halo < 0:
        raise PictureError(f"a tile of at least 1 pixel was wanted, got {side} with halo {halo}")
    height, width = colour.shape[:2]
    area = area or Tile(0, 0, height, width)
    pieces = [
        replace(tile, top=area.top + tile.top, left=area.left + tile.left)
        for tile in tiles(area.height, area.width, side)
    ]
    begin = time.perf_counter()
    for done, tile in enumerate(pieces, 1):
        top, left = max(tile.top - halo, 0), max(tile.left - halo, 0)
        bottom = min(tile.top + tile.height + halo, height)
        right = min(tile.left + tile.width + halo, width)
        sr = apply(network, as_input(colour[top:bottom, left:right]), precision)
        down, across = (tile.top - top) * network.scale, (tile.left - left) * network.scale
        rows, columns = tile.height * network.scale, tile.width * network.scale
        piece = sr[:, down : down + rows, across : across + columns]
        at = (tile.top - area.top) * network.scale, (tile.left - area.left) * network.scale
        output[at[0] : at[0] + rows, at[1] : at[1] + columns] = as_samples(
            piece, output.dtype, colour.ndim == 2
        )
        yield Progress(done, len(pieces), time.perf_counter() - begin)


@torch.inference_mode()
def apply(network: Upscaler, lr: Tensor, precision: str = "float32") -> Tensor:
    """One pass, (1, 3, H, W) -> (3, scale·H, scale·W) in float32, on the network's device.

    Raises CheckpointError if the network fails or its output is not finite.
    """
    device = device_of(network)
    lr = lr.to(device)
    if lr.numel() <= SMALL:
        lr = lr.repeat(2, 1, 1, 1)
    lr = lr.contiguous(memory_format=torch.channels_last)
    height, width = lr.shape[-2:]
    try:
        with autocast(device, precision):
            sr = network(lr)[0].float()
    except Exception as error:  # other people's networks raise what they like
        raise CheckpointError(
            f"the network fails on a piece of {width}×{height} pixels: choose another size of "
            f"tile, another region or another network"
        ) from error
    if sr.shape[-2:] != (height * network.scale, width * network.scale):
        raise CheckpointError(
            f"the network makes {sr.shape[-1]}×{sr.shape[-2]} pixels of {width}×{height}, where "
            f"×{network.scale} was wanted: choose another network"
        )
    if not bool(torch.isfinite(sr).all()):
        raise CheckpointError(
            "the network's output holds values that are not finite: "
            "its weights are damaged, or they need float32"
        )
    return sr


def as_samples(piece: Tensor, dtype: np.dtype, grey: bool) -> Samples:
    """(3, H, W) in [0, 1] as rounded samples, (H, W, 3) or (H, W)."""
    if grey:
        piece = piece.mean(0, keepdim=True)
    most = float(np.iinfo(dtype).max)
    values = piece.clamp(0, 1).mul(most).round_().permute(1, 2, 0).cpu().numpy().astype(dtype)
    return values[..., 0] if grey else values


def seam(network: Upscaler, colour: Samples, halo: int, precision: str = "float32") -> float:
    """The largest difference that two tiles make against one, in grey levels of 255.

    Tried on a strip from the picture's middle. 0 where the halo covers the receptive field.
    """
    height, width = colour.shape[:2]
    reach = 2 * halo + 32
    middle_row, middle_column = height // 2, width // 2
    rows = slice(max(middle_row - 16, 0), middle_row + 16)
    columns = slice(max(middle_column - reach, 0), middle_column + reach)
    strip = np.ascontiguousarray(colour[rows, columns])
    shape = (strip.shape[0] * network.scale, strip.shape[1] * network.scale, *strip.shape[2:])
    whole, halves = (np.empty(shape, np.uint16) for _ in range(2))
    for _ in enlarge(network, strip, whole, max(strip.shape), 0, precision):
        pass
    for _ in enlarge(network, strip, halves, max(-(-strip.shape[1] // 2), 1), halo, precision):
        pass
    return float(np.abs(whole.astype(np.int64) - halves).max()) / 257


# --- memory ---------------------------------------------------------------------------------------


SIDE = 16
"""Of the picture that is tried."""
RESERVE = 1.25
"""What convolutions take besides, for their own work: at most this much was measured."""

Network = Callable[[Tensor], Tensor]

_known: "weakref.WeakKeyDictionary[Network, int]" = weakref.WeakKeyDictionary()


class _Living(TorchDispatchMode):
    """Counts the bytes of all tensors that are made and not yet forgotten."""

    def __init__(self, known: set[int]) -> None:
        super().__init__()
        self.known = known
        self.now = self.peak = 0

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self._meet(tensor.untyped_storage())
        return made

    def _meet(self, storage: torch.UntypedStorage) -> None:
        name = storage._cdata
        if name in self.known:  # a weight, or a view of what has been counted
            return
        self.known.add(name)
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._forget, name, storage.nbytes())

    def _forget(self, name: int, size: int) -> None:
        self.known.discard(name)
        self.now -= size


@torch.inference_mode()
def peak_of(network: Network, side: int = SIDE) -> int:
    """Bytes that live at once, at most, while a picture of side × side pixels goes through."""
    weights: set[int] = set()
    if isinstance(network, nn.Module):
        weights = {one.untyped_storage()._cdata for one in network.state_dict().values()}
    picture = torch.zeros(1, 3, side, side, device=device_of(network))
    picture = picture.contiguous(memory_format=torch.channels_last)
    with _Living(weights) as living:
        network(picture)
    return living.peak


def bytes_per_pixel(network: Network) -> int:
    """Memory for each pixel of the input, in float32; a network is watched once."""
    if network not in _known:
        _known[network] = math.ceil(RESERVE * peak_of(network) / SIDE**2)
    return _known[network]
