"""Frames as WebM or MP4, through PyAV, which is optional (`pip install av`)."""

import importlib
import io
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.errors import VideoError

KINDS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    ".webm": ("webm", ("libvpx-vp9", "libvpx"), {"crf": "24", "deadline": "good", "cpu-used": "4"}),
    ".mp4": ("mp4", ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf"), {"crf": "18"}),
}
"""By a file's ending: the container, the encoders that will do, best first, and their options."""


def to_video(frames: Iterable[NDArray[np.uint8]], suffix: str, rate: Fraction) -> bytes:
    """Frames (H, W, 3) of one size as a video of that many frames a second.

    Raises VideoError if this computer has no encoder for the ending.
    """
    container, names, options = KINDS[suffix]
    try:
        av: Any = importlib.import_module("av")
    except ImportError:
        raise VideoError(
            f"a film as {suffix} needs PyAV, which is not installed: pip install av, or let the "
            "file's name end in .gif"
        ) from None
    found = next((name for name in names if name in av.codecs_available), None)
    if found is None:
        other = " or .webm" if suffix == ".mp4" else ""
        raise VideoError(
            f"the PyAV of this computer has no encoder for {suffix}: let the file's name end in "
            f".gif{other}"
        )
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = None
        for picture in frames:
            even = _even(picture)
            if stream is None:
                stream = file.add_stream(found, rate=rate, options=options)
                stream.height, stream.width = even.shape[:2]
                stream.pix_fmt = "yuv420p"  # what every player reads
                stream.bit_rate = 0 if found == "libvpx-vp9" else 4_000_000
            file.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        file.mux(stream.encode())
    return out.getvalue()


def _even(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture padded to even sides, which chroma subsampling needs, by repeating the edge."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
