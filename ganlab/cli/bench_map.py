"""`bench map`: many GANs at once, one for each pair of values of two knobs."""

import argparse
import json
from typing import Any

from ganlab.bench.methods import PLAIN, PROTOCOL, training_methods
from ganlab.bench.rows import clocked_on
from ganlab.bench.sweep import KNOBS, STEPS, Sweep
from ganlab.cli.settings import add_device
from ganlab.formatting import percent


def add(benchmarks: "argparse._SubParsersAction[Any]") -> None:
    """Add the benchmark."""
    parser = benchmarks.add_parser(
        "map",
        help="map where mode collapse happens",
        description="Train one GAN for each pair of values of two knobs, all in lock-step, and "
        "print how many modes each has captured at the end.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="knobs:\n"
        + "\n".join(
            f"  {name:<10} {one.title}: {one.low:g} to {one.high:g}" for name, one in KNOBS.items()
        ),
    )
    parser.add_argument("--x", choices=KNOBS, default="g-rate", help="default: %(default)s")
    parser.add_argument("--y", choices=KNOBS, default="d-rate", help="default: %(default)s")
    parser.add_argument("--size", type=int, default=8, help="values a knob; default: %(default)s")
    parser.add_argument("--data", choices=PROTOCOL, default="ring", help="default: %(default)s")
    parser.add_argument(
        "--method", choices=training_methods(), default=PLAIN, help="default: %(default)s"
    )
    parser.add_argument("--steps", type=int, default=STEPS, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of all cells; default: %(default)s")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=bench_map)


def bench_map(chosen: argparse.Namespace) -> int:
    """Print the map; with --json one object in its place."""
    sweep = Sweep(
        chosen.x, chosen.y, chosen.size, chosen.method, chosen.data, chosen.steps, chosen.seed
    )
    import torch

    from ganlab.bench.collapse_map import train
    from ganlab.cli.bench_modes import print_progress

    torch.set_num_threads(1)
    found = train(sweep, lambda step, steps: print_progress("map", step, steps), chosen.device)
    if chosen.json:
        print(json.dumps(found.to_json(), allow_nan=False))  # noqa: T201
        return 0
    for line in as_lines(found):
        print(line)  # noqa: T201
    return 0


def as_lines(found: Any) -> list[str]:
    """The map for a terminal: modes captured, and the share of high quality below each."""
    (x, y), (xs, ys) = found.sweep.knobs, found.sweep.axes
    rows = list(zip(ys, found.table("modes"), found.table("high_quality"), strict=True))
    lines = [f"modes captured and high quality; {y.title} down, {x.title} across"]
    lines.append(" " * 10 + "".join(f"{value:>11g}" for value in xs))
    for value, modes, quality in reversed(rows):
        cells = [_cell(*pair) for pair in zip(modes, quality, strict=True)]
        lines.append(f"{value:<10g}" + "".join(f"{cell:>11}" for cell in cells))
    unit = "CPU s" if found.device.startswith("CPU (") else "s"
    lines.append(
        f"{len(found.scores)} GANs, {found.sweep.steps:,} steps, {found.seconds:,.0f} {unit} on "
        f"{clocked_on(found.device)}"
    )
    return lines


def _cell(modes: float, quality: float) -> str:
    return "diverged" if modes != modes else f"{modes:.0f} {percent(quality):>5}"
