"""`sample`: pictures from a trained generator."""

import argparse
import json
from pathlib import Path
from typing import Any

from ganlab.errors import ConfigError


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("sample", help="generate pictures with a trained generator")
    parser.add_argument("model", help="a run's id, or a checkpoint file")
    parser.add_argument("--n", type=int, default=64, help="how many pictures")
    parser.add_argument("--seed", type=int, default=0, help="the luck of the draw")
    parser.add_argument("--out", required=True, help="a file that ends in .png or .npz")
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=sample)


def sample(chosen: argparse.Namespace) -> int:
    """Write the pictures; the same seed gives the same bytes."""
    path = Path(chosen.out)
    if path.suffix not in (".png", ".npz"):
        raise ConfigError(f"--out must end in .png or .npz, got {path.name}")
    if not 1 <= chosen.n <= 100_000:
        raise ConfigError(f"--n must be between 1 and 100000, got {chosen.n}")
    import torch

    from ganlab.files import write_file
    from ganlab.generator import load
    from ganlab.runs.samples import sprite, to_npz, to_png

    torch.set_num_threads(1)
    generator = load(chosen.model)
    pictures = generator.sample(chosen.n, seed=chosen.seed)
    columns = max(1, round(chosen.n**0.5))
    content = to_png(sprite(pictures, columns)) if path.suffix == ".png" else to_npz(pictures)
    write_file(path, content)
    done = {"file": str(path), "n": chosen.n, "seed": chosen.seed, "model": generator.name}
    print(json.dumps(done) if chosen.json else f"{path}: {chosen.n} pictures")  # noqa: T201
    return 0
