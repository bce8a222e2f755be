"""`bench modes`: methods against mode collapse, each over several seeds."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ganlab.bench.methods import PROTOCOL, names
from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError, DataError
from ganlab.registry import Method, table

RULES = ("ball", "box")


def add(benchmarks: "argparse._SubParsersAction[Any]") -> None:
    """Add the benchmark."""
    parser = benchmarks.add_parser(
        "modes",
        help="compare methods against mode collapse",
        description="Train every method once per seed on a mixture of Gaussians and count modes as "
        "the literature does: mean ± standard error over the seeds.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="methods:\n"
        + "\n".join(f"  {name:<16} {one.title}" for name, one in table(Method).items()),
    )
    parser.add_argument("--data", choices=PROTOCOL, default="ring", help="default: %(default)s")
    parser.add_argument("--seeds", type=int, default=10, help="how many; default: %(default)s")
    parser.add_argument("--first-seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--methods", default="", help="names with commas; default: all")
    parser.add_argument("--steps", type=int, default=0, help="default: each method's own budget")
    parser.add_argument(
        "--seconds", type=float, default=0.0, help="time for the training of each method, at most"
    )
    parser.add_argument("--n", type=int, default=2500, help="samples scored a seed; default: 2500")
    parser.add_argument(
        "--rule",
        choices=RULES,
        default="ball",
        help="what is of high quality: within 3 σ of a mode, or within 3 σ in each coordinate",
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write every seed's scores")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the table")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=bench_modes)


def bench_modes(chosen: argparse.Namespace) -> int:
    """Print the table; with --json one object in its place."""
    methods = names(chosen.methods, table(Method))
    if chosen.seeds < 1:
        raise ConfigError(f"seeds must be at least 1, got {chosen.seeds}")
    for path in (chosen.csv, chosen.markdown):
        check_writable(path)
    import torch

    from ganlab.bench.modes import compare
    from ganlab.bench.tables import as_csv, as_lines, as_markdown

    torch.set_num_threads(1)
    seeds = range(chosen.first_seed, chosen.first_seed + chosen.seeds)
    budget = (chosen.steps, chosen.seconds, chosen.n, chosen.rule)
    rows = []
    for row in compare(methods, chosen.data, seeds, *budget, print_progress, chosen.device):
        rows.append(row)
        # A long comparison that is interrupted leaves the rows that it has measured.
        write(chosen.csv, as_csv(rows))
        write(chosen.markdown, as_markdown(rows))
    if chosen.json:
        print(json.dumps({"rows": [row.to_json() for row in rows]}, allow_nan=False))  # noqa: T201
        return 0
    for line in as_lines(rows):
        print(line)  # noqa: T201
    return 0


def print_progress(method: str, step: int, steps: int) -> None:
    """Print the progress on stderr, on a terminal in one line that is overwritten."""
    last = step >= steps
    if sys.stderr.isatty():
        print(f"\r{method:<20} {step:>9,} of {steps:,} ", end="\n" * last, file=sys.stderr)  # noqa: T201
    elif last:
        print(f"{method}: {step:,} steps", file=sys.stderr)  # noqa: T201


def check_writable(path: Path | None) -> None:
    """Raise ConfigError before anything is trained if the file could not be written."""
    if path is not None and not path.parent.is_dir():
        raise ConfigError(f"{path.parent} is no folder: {path.name} could not be written there")


def write(path: Path | None, text: str) -> None:
    """Write the text if there is a path; raise DataError in one sentence if it fails."""
    if path is None:
        return
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise DataError(f"{path} cannot be written ({error.strerror})") from error
