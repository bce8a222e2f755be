"""Writing pictures: PNG of 8 or 16 bits, JPEG, lossless WebP, TIFF, whole or not at all."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from ganlab.errors import PictureError
from ganlab.files import write_file
from ganlab.images.picture import Picture, Samples
from ganlab.images.profiles import srgb_bytes
from ganlab.images.reading import EXIF_IFD, GPS_IFD

SUFFIXES = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
LONGEST = {"JPEG": 65_535, "WEBP": 16_383}
"""The most pixels that a side may have in a format."""


def format_of(path: Path) -> str:
    """The format that a file's name asks for; PictureError for an unknown one."""
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        raise PictureError(
            f"the output's name must end in {', '.join(SUFFIXES)}, got '{path.name}'"
        ) from None


def write(
    picture: Picture,
    path: Path,
    quality: int = 95,
    metadata: bool = True,
    location: bool = False,
) -> None:
    """Write the picture in the format of the path's name, whole or not at all."""
    write_file(path, encode(picture, format_of(path), quality, metadata, location))


def encode(
    picture: Picture,
    format: str,
    quality: int = 95,
    metadata: bool = True,
    location: bool = False,
) -> bytes:
    """The picture as a file's bytes, in sRGB; location is left out unless asked for.

    PNG and TIFF keep 16 bits, JPEG and WebP take 8; JPEG, which has no transparency, gets white.
    """
    longest = LONGEST.get(format, max(picture.width, picture.height))
    if max(picture.width, picture.height) > longest:
        raise PictureError(
            f"{format} holds at most {longest} pixels a side, "
            f"got {picture.width}×{picture.height}: write PNG"
        )
    exif = described(picture.exif, location) if metadata else None
    if picture.bits == 16 and format == "PNG":
        return _sixteen_bit_png(picture, exif)
    if picture.bits == 16 and format == "TIFF":
        return _sixteen_bit_tiff(picture, metadata)
    image = _image(picture.eight_bits(), flat=format == "JPEG")
    options: dict[str, object] = {}
    if not picture.grey:
        options["icc_profile"] = srgb_bytes()
    if exif:
        options["exif"] = exif
    if format == "JPEG":
        options |= {"quality": quality, "subsampling": 0 if quality >= 90 else 2}
    elif format == "WEBP":
        options |= {"lossless": True, "exact": True}
    elif format == "TIFF" and not exif:  # libtiff, which compresses, refuses metadata
        options |= {"compression": "tiff_adobe_deflate"}
    buffer = io.BytesIO()
    image.save(buffer, format, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def described(exif: Image.Exif | None, location: bool) -> bytes | None:
    """Metadata as bytes, with or without where the picture was taken."""
    if exif is None:
        return None
    copy = Image.Exif()
    for tag, value in exif.items():
        if tag not in (EXIF_IFD, GPS_IFD):
            copy[tag] = value
    for ifd in (EXIF_IFD, GPS_IFD) if location else (EXIF_IFD,):
        values = exif.get_ifd(ifd)
        if values:
            copy.get_ifd(ifd).update(values)
    return copy.tobytes()


def _image(picture: Picture, flat: bool) -> Image.Image:
    """8-bit samples as a Pillow picture; `flat` lays it on white."""
    image = Image.fromarray(picture.colour)
    if picture.alpha is None:
        return image
    alpha = Image.fromarray(picture.alpha)
    if flat:
        white = Image.new(image.mode, image.size, "white")
        white.paste(image, mask=alpha)
        return white
    image.putalpha(alpha)
    return image


def _samples(picture: Picture) -> Samples:
    """All channels in one (H, W, C) array."""
    planes = picture.colour if picture.colour.ndim == 3 else picture.colour[..., None]
    if picture.alpha is None:
        return planes
    return np.concatenate([planes, picture.alpha[..., None]], axis=2)


def _sixteen_bit_png(picture: Picture, exif: bytes | None) -> bytes:
    """PNG of 16 bits a sample, which Pillow writes for grey alone. W3C PNG, third edition."""
    samples = _samples(picture)
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[samples.shape[2]]
    rows = samples.astype(">u2").reshape(picture.height, -1).view(np.uint8)
    # Filter 2 stores the difference to the row above, which makes photographs compress well.
    rows = np.diff(rows, axis=0, prepend=np.zeros((1, rows.shape[1]), np.uint8))
    filtered = np.concatenate([np.full((picture.height, 1), 2, np.uint8), rows], axis=1)
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, 16, kind, 0, 0, 0))
    ]
    if not picture.grey:
        chunks.append(_chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(srgb_bytes())))
    if exif:
        chunks.append(_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")))
    chunks += [_chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _sixteen_bit_tiff(picture: Picture, metadata: bool) -> bytes:
    """TIFF of 16 bits a sample, through the writer that scikit-image depends on.

    Of the metadata it takes what is text, such as the camera, the artist and the rights; the place
    is never part of that.
    """
    import tifffile

    samples = _samples(picture)
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        samples if samples.shape[2] > 1 else samples[..., 0],
        photometric="minisblack" if picture.grey else "rgb",
        extrasamples=None if picture.alpha is None else ["unassalpha"],
        planarconfig="contig" if samples.shape[2] > 1 else None,
        iccprofile=None if picture.grey else srgb_bytes(),
        metadata=None,
        software=False,
        extratags=_texts(picture.exif) if metadata and picture.exif else [],
    )
    return buffer.getvalue()


def _texts(exif: Image.Exif) -> list[tuple[int, str, int, str, bool]]:
    """Entries of one line of ASCII, as tifffile takes further tags."""
    found = {tag: value for tag, value in exif.items() if isinstance(value, str)}
    return [(tag, "s", 0, text, True) for tag, text in found.items() if text.isascii() and text]
