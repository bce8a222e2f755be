"""Paths: files that ship with the lab, GANLAB_HOME for runs and caches, GANLAB_DATA for data.

No other module knows where shipped files lie.
"""

import os
from pathlib import Path

import platformdirs

from ganlab.errors import StoreError

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds `pages/`, `checkpoints/` and the package, and from which workers start."""
CHECKPOINTS = ROOT / "checkpoints"
"""Weights that ship, each with its card inside."""
PAGES = ROOT / "pages"
STATIC = PAGES / "static"
"""The live components' ES modules and style sheets."""
ASSETS = ROOT / "assets"
TABLES = ROOT / "benchmarks"
"""Stored results of the lab's own comparisons, which pages show."""

STATES = "states"
"""The folder of a run's stored states, one file per step."""


def home() -> Path:
    """The folder of runs and caches: GANLAB_HOME, or the platform's folder for user data.

    Raises StoreError where the user has no home folder and GANLAB_HOME names none.
    """
    given = os.environ.get("GANLAB_HOME")
    try:
        return Path(given or platformdirs.user_data_dir("ganlab", False)).expanduser()
    except RuntimeError as error:
        raise StoreError(
            "this user has no home folder: name a folder for runs and data in GANLAB_HOME"
        ) from error


def data_folders() -> list[Path]:
    """The folders in which data sets are searched for; downloads go to the last one."""
    given = os.environ.get("GANLAB_DATA")
    return ([Path(given).expanduser()] if given else []) + [home() / "data"]
