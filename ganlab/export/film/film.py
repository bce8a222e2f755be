"""A film of a run as a file's bytes: GIF, or through PyAV, which is optional, WebM or MP4."""

import importlib
import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ganlab.errors import ConfigError, VideoError
from ganlab.export.film.frames import Frame, frames, shows_greys, shows_points
from ganlab.export.film.selection import Cut
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.samples import to_gif, to_png

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


SUFFIXES = (".gif", *KINDS)
SECONDS = 8.0
"""The default length of a film, without its last frame."""
HOLD = 1.5
"""Seconds for which the last frame stays."""
WHOLE = Cut()
COLOURS = 64
"""Colours of a GIF of points: half the bytes of 256 colours, and hardly a visible difference."""
GREYS = 16
"""Levels of a GIF of grey pictures: less than half the bytes of 256 levels."""
SLOWEST, FASTEST = 2, 50
"""Frames a second."""


class Film(NamedTuple):
    """A film and the steps of its frames."""

    content: bytes
    steps: list[int]


def film(record: RunFolder, suffix: str, cut: Cut = WHOLE, seconds: float = SECONDS) -> Film:
    """The same z through the training as GIF, WebM or MP4, by the ending of a file's name.

    Raises ConfigError for another ending, VideoError where this computer has no encoder for it.
    """
    if suffix not in SUFFIXES:
        raise ConfigError(f"a film must end in {', '.join(SUFFIXES)}, got {suffix or 'no ending'}")
    steps, pictures = frames(record, cut)
    if suffix == ".gif":
        content = [to_png(one) for one in pictures]
        return Film(to_gif(content, seconds, 1, HOLD, _colours(record)), steps)
    rate = frame_rate(len(steps), seconds)
    last = max(1, round(HOLD * rate))
    return Film(to_video(_held(pictures, last), suffix, rate), steps)


def _colours(record: RunFolder) -> int:
    """How many each frame of the run's GIF has."""
    if shows_points(record):
        return COLOURS
    return GREYS if shows_greys(record) else 256


def frame_rate(count: int, seconds: float) -> Fraction:
    """The frame rate at which count frames last about `seconds`, within the limits of players."""
    return Fraction(min(FASTEST, max(SLOWEST, count / seconds))).limit_denominator(100)


def _held(pictures: Iterable[Frame], more: int) -> Iterator[Frame]:
    """The pictures, the last of them `more` times again."""
    last: list[Frame] = []
    for picture in pictures:
        last = [picture]
        yield picture
    yield from last * more
