"""Where things are: what ships with the lab, GANLAB_HOME for runs and caches, GANLAB_DATA for data.

No other module knows where shipped files lie.
"""

import os
from pathlib import Path

import platformdirs

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
"""The folder in which a run keeps states of its past, a file a step."""


def home() -> Path:
    """The folder of runs and caches: GANLAB_HOME, or the platform's folder for user data."""
    given = os.environ.get("GANLAB_HOME")
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("ganlab", False))


def data_folders() -> list[Path]:
    """Where data sets are looked for, first match wins; the last one is where downloads go."""
    given = os.environ.get("GANLAB_DATA")
    return ([Path(given).expanduser()] if given else []) + [home() / "data"]
