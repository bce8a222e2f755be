"""`sample`: pictures from a trained generator."""

import argparse
import json
from pathlib import Path
from typing import Any

from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("sample", help="generate pictures with a trained generator")
    parser.add_argument(
        "model", help="a run's id, RUN@STEP of a state it kept, a file, or digits-cgan"
    )
    parser.add_argument(
        "--n", type=int, help="how many pictures; default: one for each label, or 64"
    )
    parser.add_argument(
        "--labels", help="which classes, such as 20261122, or 3,11,7 where there are more than ten"
    )
    parser.add_argument("--balanced", action="store_true", help="each class equally often")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--out", required=True, help="a file that ends in .png or .npz")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=sample)


def parse_labels(text: str) -> list[int]:
    """Class numbers: one a character, or separated by commas; raise ConfigError for others."""
    parts = text.split(",") if "," in text else list(text)
    try:
        return [int(part) for part in parts]
    except ValueError:
        raise ConfigError(
            f"--labels takes digits such as 2026, or numbers with commas, got {text!r}"
        ) from None


def sample(chosen: argparse.Namespace) -> int:
    """Write the pictures; the same seed gives the same bytes."""
    path = Path(chosen.out)
    if path.suffix not in (".png", ".npz"):
        raise ConfigError(f"--out must end in .png or .npz, got {path.name}")
    labels = parse_labels(chosen.labels) if chosen.labels is not None else None
    n = chosen.n if chosen.n is not None else (64 if labels is None else len(labels))
    if not 1 <= n <= 100_000:
        raise ConfigError(f"--n must be between 1 and 100000, got {n}")
    if not 0 <= chosen.seed < 2**63:
        raise ConfigError(f"--seed must be a whole number from 0 on, got {chosen.seed}")
    import numpy as np
    import torch

    from ganlab.device import choose_device
    from ganlab.files import write_file
    from ganlab.jobs.samples import sprite, to_npz, to_png
    from ganlab.trained.generator import load

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    generator = load(chosen.model, device)
    if chosen.balanced and not generator.classes:
        raise ConfigError(f"{generator.name} takes no labels, so --balanced cannot be promised")
    if chosen.balanced and n % generator.classes:
        raise ConfigError(
            f"--balanced needs --n to be a multiple of {generator.classes} classes, got {n}"
        )
    checked = generator.checked_labels(n, None if labels is None else np.asarray(labels))
    pictures = generator.sample(n, checked, chosen.seed)
    if path.suffix == ".png" and pictures.ndim != 4:
        raise ConfigError(f"{generator.name} makes points: --out must end in .npz")
    if path.suffix == ".png":
        columns = n if labels else generator.classes or max(1, round(n**0.5))
        content = to_png(sprite(pictures, min(n, columns, 100)))
    else:
        more = {} if checked is None else {"labels": checked.numpy()}
        content = to_npz(pictures, **more)
    write_file(path, content)
    done = {"file": str(path), "n": n, "seed": chosen.seed, "model": generator.name}
    print(json.dumps(done) if chosen.json else f"{path}: {n} pictures")  # noqa: T201
    return 0
