"""`augment`: whether generated digits help a classifier that has few real ones."""

import argparse
import json
import sys
import time
from typing import Any

from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError
from ganlab.formatting import percent


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "augment", help="train a digit classifier with and without generated digits"
    )
    parser.add_argument("model", help="a run's id, a checkpoint file, or digits-cgan, which ships")
    parser.add_argument("--k", type=int, default=10, help="real digits of each class")
    parser.add_argument("--n", type=int, default=100, help="generated digits of each class")
    parser.add_argument(
        "--unbalanced",
        action="store_true",
        help="classes 5 to 9 have a tenth of k, topped up with generated ones",
    )
    parser.add_argument("--seeds", type=int, default=5, help="how often it is repeated")
    parser.add_argument("--steps", type=int, default=300, help="training steps of each classifier")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=augment)


def augment(chosen: argparse.Namespace) -> int:
    """Run the experiment; progress goes to stderr, as JSON lines with --json."""
    import torch

    from ganlab.device import choose_device
    from ganlab.evaluation.augmentation_study import ARMS, Plan, as_json, real_sets, trials
    from ganlab.evaluation.classifier import readable
    from ganlab.trained.generator import load

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    plan = Plan(chosen.k, chosen.n, chosen.unbalanced, chosen.seeds, chosen.steps)
    generator = load(chosen.model, device)
    if generator.config.data.name not in readable():
        known = " or ".join(readable())
        raise ConfigError(f"{generator.name} makes no digits: choose a model of {known}")
    sets, started, done = real_sets(), time.perf_counter(), []
    of = plan.seeds * len(ARMS)
    for trial in trials(generator, sets, plan, device):
        done.append(trial)
        words = "real digits alone" if trial.arm == "real" else "real and generated"
        progress = {
            "share": len(done) / of,
            "seconds": time.perf_counter() - started,
            "words": f"seed {trial.seed}, {words}: {percent(trial.accuracy, 2)} of the test digits",
        }
        line = (
            json.dumps(progress | {"sofar": as_json(generator, sets, plan, done)})
            if chosen.json
            else f"{len(done)} of {of}: {progress['words']}"
        )
        print(line, file=sys.stderr, flush=True)  # noqa: T201
    result = as_json(generator, sets, plan, done)
    if chosen.json:
        print(json.dumps(result, allow_nan=False))  # noqa: T201
        return 0
    for line in as_lines(result):
        print(line)  # noqa: T201
    return 0


def as_lines(result: dict[str, Any]) -> list[str]:
    """What came out, to be read in a terminal."""
    lines = [
        f"{result['model']}, {result['pairs']} seeds, {result['test']:,} test digits of "
        f"{result['data']}",
        f"real digits by class:      {' '.join(map(str, result['real']))}",
        f"generated digits by class: {' '.join(map(str, result['generated']))}",
    ]
    for arm, words in (("real", "real alone"), ("both", "real and generated")):
        one = result["arms"][arm]
        lines.append(f"{words:20} {percent(one['mean'], 2)} ± {percent(one['deviation'], 2)}")
    return [*lines, result["verdict"]]
