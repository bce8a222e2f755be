"""Pictures of 16 bits a sample that Pillow would halve without a word: PNG and TIFF, read whole."""

import io
import struct
import sys
import zlib

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from ganlab.images.orientation import UPRIGHT
from ganlab.images.picture import MOST_INPUT, Picture, Samples, check_size
from ganlab.images.profiles import deep_to_srgb

Deep = NDArray[np.uint16]
Planes = tuple[Samples, Samples | None]
"""Colour, and alpha if there is any."""

PNG_HEADER = 29
"""Bytes of a PNG up to the end of its IHDR's content, whose checksum follows."""
COLOUR, GREY_ALPHA = (2, 6), 4
"""PNG colour types."""
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
"""TIFF photometric interpretations."""
PREMULTIPLIED = 1
"""TIFF's word for an alpha by which the colours have been multiplied."""
ORIENTATION, PROFILE = 0x0112, 0x8773


def is_deep(image: Image.Image, data: bytes) -> bool:
    """Whether the file has 16 bits a sample."""
    if image.format == "PNG":
        return len(data) > PNG_HEADER and data[24] == 16
    return image.format == "TIFF" and 16 in getattr(image, "tag_v2", {}).get(258, ())


def read_deep(image: Image.Image, data: bytes) -> Planes | None:
    """A loaded picture with all its bits, turned as Pillow turned it; None where Pillow must do."""
    if not is_deep(image, data):
        return None
    if image.format == "TIFF":
        return _tiff(data) or _tiff_in_halves(image, data)
    if data[25] in COLOUR:
        return _with_key(_split(_in_halves(image, data, "16B", "16L")), image)
    if data[25] == GREY_ALPHA:
        return _split(_png_grey_alpha(data))
    return _with_key((np.asarray(image).astype(np.uint16), None), image)


def _with_key(planes: Planes, image: Image.Image) -> Planes:
    """Planes without alpha, where a PNG names the one colour that is transparent."""
    key = image.info.get("transparency")
    if key is None or planes[1] is not None:
        return planes
    hidden = planes[0] == np.asarray(key)
    hidden = hidden if hidden.ndim == 2 else hidden.all(axis=2)
    return planes[0], np.where(hidden, 0, 65535).astype(np.uint16)


def only_tifffile_reads(data: bytes, name: str) -> Picture | None:
    """A TIFF of 16 bits that Pillow does not know, such as grey with alpha; None for all others."""
    if not data.startswith(TIFF_STARTS):
        return None
    try:
        Image.open(io.BytesIO(data), formats=["TIFF"]).close()
        return None
    except UnidentifiedImageError:
        pass
    except Exception:  # a damaged file: whoever reads next says what is wrong with it
        return None
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page = file.pages.first
            size, profile = (page.imagewidth, page.imagelength), page.tags.get(PROFILE)
    except Exception:  # no TIFF that anybody knows
        return None
    check_size(*size, MOST_INPUT, name, "shrink or cut it first")
    found = _tiff(data)
    if found is None:
        return None
    colour, alpha, notices = deep_to_srgb(*found, bytes(profile.value) if profile else None)
    return Picture(colour, alpha, notices=notices)


def _split(samples: Deep) -> Planes:
    """(H, W, C) with C from 1 to 4, or (H, W), as colour and alpha."""
    if samples.ndim == 2:
        return samples, None
    alpha = samples[..., -1] if samples.shape[2] in (2, 4) else None
    return samples[..., 0] if samples.shape[2] < 3 else samples[..., :3], alpha


def _in_halves(image: Image.Image, data: bytes, order: str, other: str) -> Deep:
    """Pillow keeps the first byte of each sample.

    Told that the file's order is the other one, it keeps the second; both together are the sample.
    """
    second = Image.open(io.BytesIO(data), formats=[str(image.format)])
    assert isinstance(second, ImageFile.ImageFile)

    def swapped(arguments: object) -> object:
        if isinstance(arguments, tuple):
            return (str(arguments[0]).replace(order, other), *arguments[1:])
        return str(arguments).replace(order, other)

    second.tile = [tile._replace(args=swapped(tile.args)) for tile in second.tile]
    return np.asarray(image).astype(np.uint16) * np.uint16(256) + np.asarray(second)


def _tiff_in_halves(image: Image.Image, data: bytes) -> Planes | None:
    """Compressions that Pillow knows and tifffile alone does not, as LZW: through libtiff."""
    if image.mode not in ("RGB", "RGBA"):
        return None
    with Image.open(io.BytesIO(data), formats=["TIFF"]) as fresh:
        assert isinstance(fresh, ImageFile.ImageFile)
        words = {str(tile.args[0]) for tile in fresh.tile if isinstance(tile.args, tuple)}
    if not words <= {"RGB;16N", "RGBA;16N", "RGBX;16N"} or not words:
        return None
    return _split(_in_halves(image, data, "16N", "16B" if sys.byteorder == "little" else "16L"))


def _png_grey_alpha(data: bytes) -> Deep:
    """Two samples of 16 bits lie in a PNG, filtered and interlaced, as four of 8 would.

    So the header says RGBA, and the four bytes are put together.
    """
    header = data[12:24] + bytes([8, 6]) + data[26:PNG_HEADER]
    renamed = data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[PNG_HEADER + 4 :]
    with Image.open(io.BytesIO(renamed), formats=["PNG"]) as image:
        quarters = np.asarray(image).astype(np.uint16)
    return quarters[..., 0::2] * np.uint16(256) + quarters[..., 1::2]


def _tiff(data: bytes) -> Planes | None:
    """The first page, upright; None for compressions and colours that tifffile leaves to others.

    Colours that were multiplied by their alpha are divided by it.
    """
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page = file.pages.first
            turn = page.tags.get(ORIENTATION)
            kind, extra = int(page.photometric), tuple(int(one) for one in page.extrasamples)
            size, apart = (page.imagelength, page.imagewidth), int(page.planarconfig) == 2
            samples = page.asarray()
    except Exception:  # decoders raise what they like; Pillow tries next, and says so
        return None
    if samples.dtype != np.uint16 or kind not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB):
        return None
    channels = (3 if kind == RGB else 1) + len(extra)
    if apart:
        samples = np.moveaxis(samples.reshape(channels, *size), 0, -1)
    samples = samples.reshape(*size, channels)[..., : 4 if kind == RGB else 2]
    colour, alpha = _split(samples)
    if kind == WHITE_IS_ZERO:
        colour = 65535 - colour
    if alpha is not None and extra[0] == PREMULTIPLIED:
        colour = _divided(colour, alpha)
    upright = UPRIGHT.get(turn.value if turn else 1, UPRIGHT[1])
    return upright(colour), None if alpha is None else upright(alpha)


def _divided(colour: Samples, alpha: Samples) -> Samples:
    share = np.maximum(alpha, 1).astype(np.float64) / 65535
    share = share[..., None] if colour.ndim == 3 else share
    return np.clip(np.round(colour / share), 0, 65535).astype(np.uint16)
