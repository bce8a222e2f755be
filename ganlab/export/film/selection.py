"""What a film shows of a run: which steps, how many of the fixed z, and its size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganlab.registry import checked

MOST = 240
"""Frames that a film may have: a run keeps no more samples."""


@dataclass(frozen=True)
class Cut:
    """The settings of a film; None takes what suits the run."""

    frames: int = 120
    """At most so many, evenly spread over the training."""
    pictures: int | None = None
    """How many of the fixed z, in a square; the default is that of the preset."""
    caption: bool = False
    """The step, and the epoch where there is one, below each frame."""
    dark: bool = False
    """A dark page behind points and captions."""
    side: int = 480
    """About how many pixels the longer side has; pictures grow by whole factors only."""

    def __post_init__(self) -> None:
        checked("frames", self.frames, int, 1, MOST)
        checked("side", self.side, int, 64, 1080)
        if self.pictures is not None:
            checked("pictures", self.pictures, int, 1, 64)


def moments(steps: Sequence[int], span: int, most: int) -> list[int]:
    """Those of the ascending steps that a film shows, at most `most`.

    With a span, those at its multiples, which are ends of epochs, if there are two; else all. Too
    many are thinned evenly, the first and the last stay.
    """
    ends = [step for step in steps if span and step and step % span == 0]
    chosen = ends if len(ends) > 1 else list(steps)
    if len(chosen) <= most:
        return chosen
    places = np.linspace(len(chosen) - 1, 0, most).round().astype(int)
    return [chosen[place] for place in reversed(places)]
