"""`bench cost`: the cost of a step of each method relative to a step of the plain GAN."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganlab.bench.methods import PROTOCOL, names, plain
from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError
from ganlab.registry import Method, find


def add(benchmarks: "argparse._SubParsersAction[Any]") -> None:
    """Add the benchmark."""
    parser = benchmarks.add_parser(
        "cost",
        help="measure what a step of each method costs",
        description="Let every method make its steps in turn with the plain GAN in one process, "
        "and keep the medians of the ratios of CPU time, which the methods' cards then show.",
    )
    parser.add_argument("--data", choices=PROTOCOL, default="ring", help="default: %(default)s")
    parser.add_argument("--methods", default="", help="names with commas; default: all")
    parser.add_argument("--steps", type=int, default=20, help="in a turn; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write them there, not to the lab")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=bench_cost)


def bench_cost(chosen: argparse.Namespace) -> int:
    """Measure, keep and print the ratios."""
    methods = names(chosen.methods)
    for name in ("steps", "rounds"):
        if getattr(chosen, name) < 1:
            raise ConfigError(f"{name} must be at least 1, got {getattr(chosen, name)}")
    if chosen.out and not chosen.out.parent.is_dir():
        raise ConfigError(f"{chosen.out.parent} is no folder: choose one that is there")
    import torch

    from ganlab.bench import costs
    from ganlab.bench.cost import measure_costs
    from ganlab.device import choose_device, describe_device

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    print("Measuring takes a minute or less.", file=sys.stderr)  # noqa: T201
    config = plain(chosen.data)
    found = costs.Costs(
        ratios=measure_costs(methods, config, chosen.steps, chosen.rounds, device=chosen.device),
        device=describe_device(device),
        data=chosen.data,
        batch=config.batch,
        members=1,
        rounds=chosen.rounds,
        steps=chosen.steps,
        at=time.time(),
    )
    costs.save(found, chosen.out)
    if chosen.json:
        print(json.dumps(asdict(found), allow_nan=False))  # noqa: T201
        return 0
    for name, ratio in found.ratios.items():
        print(f"{find(Method, name).title:<28} {ratio:5.2f} ×")  # noqa: T201
    print(found.summary())  # noqa: T201
    return 0
