"""`upscale` and `train-superres`."""

import argparse
from typing import Any

from ganlab.cli.train_superres import add_train_superres
from ganlab.cli.upscale import add_upscale


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    add_upscale(commands)
    add_train_superres(commands)
