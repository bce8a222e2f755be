"""Where ganlab keeps things: GANLAB_HOME for runs and caches, GANLAB_DATA for data sets."""

import os
from pathlib import Path

import platformdirs

STATES = "states"
"""The folder in which a run keeps states of its past, a file a step."""


def home() -> Path:
    """The folder of runs and caches: GANLAB_HOME, or the platform's folder for user data."""
    given = os.environ.get("GANLAB_HOME")
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("ganlab", False))


def data_folders() -> list[Path]:
    """Where data sets are looked for, first match wins; the last one is where downloads go."""
    given = os.environ.get("GANLAB_DATA")
    return ([Path(given).expanduser()] if given else []) + [home() / "data"]
