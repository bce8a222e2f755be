"""`evaluate`: how good a generator of digits is, and what real digits score."""

import argparse
import json
import sys
from typing import Any

from ganlab.cli.settings import add_device
from ganlab.formatting import percent
from ganlab.registry import Metric, table


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("evaluate", help="evaluate a generator of digits by a classifier")
    parser.add_argument("model", help="a run's id, a checkpoint file, or digits-cgan, which ships")
    parser.add_argument("--n", type=int, default=10_000, help="how many pictures to evaluate")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the draws")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=evaluate)


def evaluate(chosen: argparse.Namespace) -> int:
    """Print every score with N, the features' name and the floor."""
    import torch

    from ganlab.device import choose_device
    from ganlab.evaluation import report
    from ganlab.trained.generator import load

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    print("Sampling and judging takes a minute or less.", file=sys.stderr)  # noqa: T201
    scores = report.evaluate(load(chosen.model, device), chosen.n, chosen.seed)
    if chosen.json:
        print(json.dumps(scores, allow_nan=False))  # noqa: T201
        return 0
    for line in as_lines(scores):
        print(line)  # noqa: T201
    return 0


def as_lines(scores: dict[str, Any]) -> list[str]:
    """The scores as a table: model, floor, and each class's own row."""
    floor = scores["floor"]
    lines = [
        f"{scores['model']}: {scores['n']:,} pictures, seed {scores['seed']}",
        f"features: {scores['features']}; against {scores['reference']} (N = {scores['n_real']:,})",
        f"{'':18} {'model':>9} {'real':>9}   (real: {floor['data']}, N = {floor['n']:,})",
    ]
    for name, one in table(Metric).items():
        if scores.get(name) is not None:
            real = f"{floor[name]:9.4f}" if name in floor else f"{'':9}"
            lines.append(f"{one.title:18} {scores[name]:9.4f} {real}")
    if count := scores.get("repeated"):
        lines.append(f"{count:,} real pictures repeat another one; neighbourhoods leave them out")
    if scores["accuracy_by_class"]:
        lines.append(f"{'class':18} {'read as it':>10} {'Fréchet':>9}")
        rows = zip(scores["accuracy_by_class"], scores["frechet_by_class"], strict=True)
        lines += [f"{c:<18} {right:10.4f} {far:9.4f}" for c, (right, far) in enumerate(rows)]
    return [*lines, *variety_lines(scores)]


def variety_lines(scores: dict[str, Any]) -> list[str]:
    """How often each class is read, and what the birthday test found."""
    found = scores["birthdays"]
    guess = f"about {found['support']:,.0f} different" if found["support"] else "too many to count"
    lines = [f"{'class':18} " + " ".join(f"{c:>7}" for c in range(len(scores["classes"])))]
    for key, words in (("classes", "share of model"), ("real_classes", "share of real")):
        lines.append(f"{words:18} " + " ".join(f"{percent(share, 1):>7}" for share in scores[key]))
    lines.append(
        f"{'duplicates':18} {found['pairs']:,} pairs among {found['n']:,} nearer than the nearest "
        f"real pair: {guess}"
    )
    return lines
