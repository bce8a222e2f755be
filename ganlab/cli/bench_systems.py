"""`bench systems`: presets of digits trained for equal CPU seconds and scored."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError

DEFAULT = (
    "vanilla-mnist,dcgan-mnist,fast-mnist,wgan,wgan-gp,lsgan,sngan,hinge,ralsgan,r3gan,sagan,"
    "transgan,vae-gan,infogan,figan"
)
DATA = ("mnist", "digits")
ENDLESS = 100_000_000
"""More steps than any budget of seconds holds."""


def add(benchmarks: "argparse._SubParsersAction[Any]") -> None:
    """Add the benchmark."""
    parser = benchmarks.add_parser(
        "systems",
        help="compare presets of digits at an equal budget of CPU seconds",
        description="Train each preset on the same data, on one thread, until it has used its CPU "
        "seconds, with learning rates that decay over them, and score its pictures with the lab's "
        "classifier.",
    )
    parser.add_argument(
        "--presets", default=DEFAULT, help="names with commas between; default: %(default)s"
    )
    parser.add_argument("--data", choices=DATA, default="mnist", help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=180, help="each; default: %(default)s")
    parser.add_argument("--n", type=int, default=10_000, help="pictures; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of every run; default: %(default)s")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=bench_systems)


def bench_systems(chosen: argparse.Namespace) -> int:
    """Train, score and print; 1 if a run diverged."""
    from ganlab.presets import preset

    if not 0 < chosen.seconds <= 1e6:
        raise ConfigError(
            f"seconds must be more than 0 and at most a million, got {chosen.seconds:g}"
        )
    names = list(dict.fromkeys(name for name in chosen.presets.split(",") if name))
    if not names:
        raise ConfigError("presets must name at least one, such as fast-mnist,r3gan")
    configs = {name: preset(name).with_values({"seed": chosen.seed}) for name in names}
    import torch

    from ganlab.bench.budget import Trained, as_lines, compare
    from ganlab.device import choose_device, describe_device
    from ganlab.evaluation.classifier import readable

    for name, config in configs.items():
        if config.data.name in readable():  # others are refused by name
            configs[name] = config.with_values({"data": chosen.data, "steps": ENDLESS})

    def print_result(row: Trained) -> None:
        print(  # noqa: T201
            f"{row.name}: {row.steps:,} steps in {row.seconds:.0f} CPU s, "
            f"Fréchet {row.scores['frechet']:.3f}",
            file=sys.stderr,
        )

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    rows = compare(configs, chosen.seconds, chosen.n, print_result, chosen.device)
    if chosen.json:
        found = {
            "data": chosen.data,
            "seconds": chosen.seconds,
            "device": describe_device(device),
            "rows": [asdict(row) for row in rows],
        }
        print(json.dumps(found, allow_nan=False))  # noqa: T201
    else:
        for line in as_lines(rows, chosen.seconds):
            print(line)  # noqa: T201
    return int(any(row.end == "diverged" for row in rows))
