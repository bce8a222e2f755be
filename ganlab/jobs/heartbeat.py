"""Whether somebody looks at a run now: the worker of a watched run takes pictures more often."""

import os
import time
from contextlib import suppress
from pathlib import Path

FRESH_SECONDS = 3.0
"""How long a look counts."""
NAME = "watched"


def look_at(folder: Path, every: float = FRESH_SECONDS / 3) -> None:
    """Say that somebody looks at the run of that folder; almost free when said often."""
    mark = folder / NAME
    with suppress(OSError):  # a run that vanishes, or a store that only can be read
        if not is_watched(folder, every):
            mark.touch()


def is_watched(folder: Path, fresh: float = FRESH_SECONDS) -> bool:
    """Whether somebody looked at the run in the last seconds."""
    try:
        return time.time() - os.stat(folder / NAME).st_mtime < fresh  # noqa: PTH116 (each tick)
    except OSError:
        return False
