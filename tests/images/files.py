"""Files that people drop, made byte by byte where no library writes them."""

import io
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image
from skimage import data

PHOTO = data.astronaut()[:48, :64]


def file(image: Image.Image, format: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 65536, shape, dtype=np.uint16)


def tiff(samples: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    contiguous = {"planarconfig": "contig"} if samples.ndim == 3 else {}
    tifffile.imwrite(buffer, samples, **{**contiguous, **options})
    return buffer.getvalue()


def deep_png(samples: np.ndarray, *extra: bytes) -> bytes:
    """A PNG of 16 bits, grey or colour, with further chunks before its samples."""
    height, width = samples.shape[:2]
    kind = 0 if samples.ndim == 2 else 2
    rows = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0))
    rest = b"".join(extra) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + rest


RAMP = np.linspace(0, 65535, 256).astype(np.uint16).reshape(8, 32)
