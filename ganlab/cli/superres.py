"""`upscale`, `train-superres` and `bench superres`."""

import argparse
from typing import Any

from ganlab.superres.command import add_bench_superres, add_upscale
from ganlab.superres.train_command import add_train_superres


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    add_upscale(commands)
    add_train_superres(commands)
    bench = commands.add_parser("bench", help="measure against what people would use instead")
    add_bench_superres(bench.add_subparsers(dest="bench", required=True, metavar="WHAT"))
