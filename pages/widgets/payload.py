"""One message to a live component: a JSON header and typed arrays in one piece of bytes.

Streamlit hands bytes to a component as they are, while arrays inside JSON would travel as text.
Layout, little-endian: the length of the header (uint32), the header (UTF-8, padded with spaces so
that what follows starts at a multiple of eight), then each array, padded likewise.
`header["arrays"]` says for every name its dtype, its shape and its start, counted from the end of
the header.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.errors import DataError

DTYPES = ("f4", "f8", "i4", "u4", "i2", "u2", "u1")
ALIGN = 8


def padded(piece: bytes, filler: bytes = b"\0") -> bytes:
    """The piece, filled up to the next multiple of eight bytes, as typed arrays want it."""
    return piece + filler * (-len(piece) % ALIGN)


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Header and arrays as one message; NaN may stand in arrays and never in the header."""
    places: dict[str, dict[str, Any]] = {}
    blobs: list[bytes] = []
    at = 0
    for name, array in arrays.items():
        kind = array.dtype.kind + str(array.dtype.itemsize)
        if kind not in DTYPES:
            raise DataError(f"array {name!r} must be one of {', '.join(DTYPES)}, got {array.dtype}")
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        blob = padded(little.tobytes())
        places[name] = {"dtype": kind, "shape": list(array.shape), "at": at}
        blobs.append(blob)
        at += len(blob)
    try:
        text = json.dumps({**header, "arrays": places}, allow_nan=False, separators=(",", ":"))
    except ValueError as wrong:
        raise DataError(
            "a component's header holds finite numbers only; NaN belongs into arrays"
        ) from wrong
    # The four bytes of the length count towards the alignment of what follows.
    encoded = text.encode()
    encoded += b" " * (-(len(encoded) + 4) % ALIGN)
    return struct.pack("<I", len(encoded)) + encoded + b"".join(blobs)


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What the browser reads from a message: the inverse of `pack`."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    arrays = {}
    for name, place in header.pop("arrays").items():
        dtype = np.dtype("<" + place["dtype"])
        count = int(np.prod(place["shape"]))
        flat = np.frombuffer(message, dtype, count, offset=4 + length + place["at"])
        arrays[name] = flat.reshape(place["shape"])
    return header, arrays
