"""`bench`: measure against what people would use instead, and against published numbers."""

import argparse
from typing import Any

from ganlab.cli import bench_cost, bench_map, bench_modes, bench_stacked, bench_systems
from ganlab.cli.upscale import add_bench_superres


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command with its benchmarks."""
    bench = commands.add_parser("bench", help="measure against what people would use instead")
    benchmarks = bench.add_subparsers(dest="bench", required=True, metavar="WHAT")
    add_bench_superres(benchmarks)
    bench_modes.add(benchmarks)
    bench_cost.add(benchmarks)
    bench_map.add(benchmarks)
    bench_stacked.add(benchmarks)
    bench_systems.add(benchmarks)
