"""Samples as bytes: a PNG of tiles for pictures, safetensors for points."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganlab.training.tick import Snapshot

COLUMNS = 8
"""Tiles in a row of a sprite."""


def encode(snapshot: Snapshot) -> bytes:
    """A snapshot as it is stored: pictures as one PNG, anything else as safetensors."""
    fake = snapshot.arrays.get("fake")
    if fake is not None and fake.dtype == np.uint8 and fake.ndim == 4:
        return to_png(sprite(fake, min(COLUMNS, len(fake))))
    from safetensors.numpy import save  # needed for points only

    return save({name: np.ascontiguousarray(array) for name, array in snapshot.arrays.items()})


def sprite(pictures: NDArray[Any], columns: int = COLUMNS) -> NDArray[Any]:
    """uint8 (N, C, H, W) tiled to (rows·H, columns·W) or, with colour, (rows·H, columns·W, 3)."""
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    padded = np.zeros((rows * columns, channels, height, width), np.uint8)
    padded[:count] = pictures
    tiled = padded.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    tiled = tiled.reshape(rows * height, columns * width, channels)
    return tiled[..., 0] if channels == 1 else tiled


def untiled(picture: NDArray[Any], side: int) -> NDArray[Any]:
    """The tiles of a sprite of square pictures, uint8 (N, C, side, side), as `sprite` took them."""
    whole = picture[..., None] if picture.ndim == 2 else picture
    rows, columns = whole.shape[0] // side, whole.shape[1] // side
    tiles = whole.reshape(rows, side, columns, side, -1).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(tiles.reshape(rows * columns, -1, side, side))


def to_png(picture: NDArray[Any]) -> bytes:
    """A picture (H, W) or (H, W, 3) uint8 as PNG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", compress_level=6)
    return out.getvalue()


def to_npz(pictures: NDArray[Any], **more: NDArray[Any]) -> bytes:
    """Pictures as 'images', (N, H, W) or (N, C, H, W) uint8, and more arrays by name, as NPZ."""
    return to_archive({"images": pictures[:, 0] if pictures.shape[1] == 1 else pictures, **more})


def to_archive(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays by name as NPZ.

    The bytes depend on the arrays alone: a ZIP written now and one written later are equal.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, part.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def from_png(data: bytes) -> NDArray[Any]:
    """The picture in a PNG that `to_png` wrote."""
    return np.asarray(Image.open(io.BytesIO(data)))


def to_gif(
    frames: list[bytes],
    seconds: float = 8.0,
    scale: int = 2,
    hold: float = 1.5,
    colours: int = 256,
) -> bytes:
    """A looping GIF of PNG frames that lasts about `seconds`, the last one held for `hold` more.

    Fewer colours a frame make a smaller file, where large areas are of nearly one colour.
    """
    pictures = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
    size = (pictures[0].width * scale, pictures[0].height * scale)
    enlarged = [picture.resize(size, Image.Resampling.NEAREST) for picture in pictures]
    if colours < 256:
        enlarged = [one.quantize(colours, dither=Image.Dither.NONE) for one in enlarged]
    each = int(max(20, min(500, 1000 * seconds / len(enlarged))))
    out = io.BytesIO()
    enlarged[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=enlarged[1:],
        duration=[each] * (len(enlarged) - 1) + [max(each, round(1000 * hold))],
        loop=0,
    )
    return out.getvalue()
