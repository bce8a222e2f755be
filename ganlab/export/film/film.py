"""A film of a run as a file's bytes."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from ganlab.errors import ConfigError
from ganlab.export.film.frames import Frame, frames, shows_greys, shows_points
from ganlab.export.film.selection import Cut
from ganlab.export.film.video import KINDS, to_video
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.samples import to_gif, to_png

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
