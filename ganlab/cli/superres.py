"""`upscale` and `train-superres`."""

import argparse
from typing import Any

from ganlab.superres.command import add_upscale
from ganlab.superres.train_command import add_train_superres


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    add_upscale(commands)
    add_train_superres(commands)
