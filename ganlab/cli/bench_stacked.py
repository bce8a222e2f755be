"""`bench stacked-mnist`: a thousand modes by VEEGAN's protocol."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganlab.cli.settings import add_device
from ganlab.formatting import percent

if TYPE_CHECKING:
    from ganlab.bench.stacked import Result

PUBLISHED = "PacDCGAN2 at width 64, 100,000 steps: 1000 modes, KL 0.06 (Lin et al. 2018)"


def add(benchmarks: "argparse._SubParsersAction[Any]") -> None:
    """Add the benchmark."""
    parser = benchmarks.add_parser(
        "stacked-mnist",
        help="count how many of 1,000 modes a DCGAN finds",
        description="Train a DCGAN on stacks of three digits and read 26,000 samples with the "
        "lab's own classifier. The whole protocol is 100,000 steps at width 64, a matter of hours "
        "on a GPU; a shorter run says how far it came.",
    )
    parser.add_argument("--method", default="plain", help="plain, pacgan2, pacgan3, pacgan4, r1-r2")
    parser.add_argument("--width", type=int, default=64, help="gf = df; default: %(default)s")
    parser.add_argument("--steps", type=int, default=0, help="default: the protocol's 100,000")
    parser.add_argument("--seconds", type=float, default=0.0, help="time of training, at most")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--n", type=int, default=26_000, help="samples read; default: %(default)s")
    add_device(parser)
    parser.add_argument("--threads", type=int, default=1, help="CPU threads; default: %(default)s")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="kept while it trains; goes on from there"
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=bench_stacked)


def bench_stacked(chosen: argparse.Namespace) -> int:
    """Train, read samples, and print the coverage with the budget that it took."""
    import torch

    from ganlab.bench.stacked import protocol, run
    from ganlab.cli.bench_modes import check_writable

    check_writable(chosen.checkpoint)
    config = protocol(chosen.method, chosen.width, chosen.steps, chosen.seed)
    config = config.with_values({"seconds": chosen.seconds})
    torch.set_num_threads(max(1, chosen.threads))
    reported = 0.0

    def print_progress(step: int, steps: int, seconds: float) -> None:
        nonlocal reported
        if step >= steps or seconds - reported > 30:
            reported = seconds
            print(f"step {step:,} of {steps:,}, {seconds:,.0f} s", file=sys.stderr)  # noqa: T201

    result = run(config, chosen.method, chosen.n, chosen.device, chosen.checkpoint, print_progress)
    if chosen.json:
        print(json.dumps(result.to_json(), allow_nan=False))  # noqa: T201
    else:
        for line in as_lines(result):
            print(line)  # noqa: T201
    return 0


def as_lines(result: "Result") -> list[str]:
    """The coverage, its bounds and the budget."""
    share = result.steps / result.protocol_steps
    return [
        f"{'':24} {'modes':>6} {'KL':>8}",
        f"{result.method:24} {result.generated.modes:>6} {result.generated.kl:>8.3f}",
        f"{'the data themselves':24} {result.real.modes:>6} {result.real.kl:>8.3f}",
        f"{'equal shares, by chance':24} {'':>6} {result.floor:>8.3f}",
        f"{result.n:,} samples read by {result.classifier}; DCGAN of width {result.width}, seed "
        f"{result.seed}",
        f"{result.steps:,} steps, {percent(share)} of the protocol's {result.protocol_steps:,}, in "
        f"{result.seconds:,.0f} s on {result.device}",
        f"published: {PUBLISHED}",
    ]
