"""`walk`: a way through latent space as a moving picture."""

import argparse
import json
from pathlib import Path
from typing import Any

from ganlab.catalogue.points import POINTS
from ganlab.errors import ConfigError


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("walk", help="a smooth transition through latent space")
    parser.add_argument("model", help="a run's id, a checkpoint file, or digits-cgan, which ships")
    parser.add_argument("--from", dest="start", type=int, help="the class to start from")
    parser.add_argument("--to", dest="end", type=int, help="the class to end with")
    parser.add_argument("--frames", type=int, default=60, help="how many pictures")
    parser.add_argument(
        "--mode", default="slerp", choices=("slerp", "lerp"), help="an arc or a straight line"
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="how long it lasts")
    parser.add_argument("--scale", type=int, default=8, help="screen pixels for a pixel")
    parser.add_argument("--seed", type=int, default=0, help="the luck of the draw")
    parser.add_argument(
        "--out", required=True, help="a file that ends in .gif, or .png for a strip"
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=walk)


def walk(chosen: argparse.Namespace) -> int:
    """Write the walk; the same seed gives the same bytes."""
    path = Path(chosen.out)
    if path.suffix not in (".gif", ".png"):
        raise ConfigError(f"--out must end in .gif or .png, got {path.name}")
    if not 2 <= chosen.frames <= 1_000:
        raise ConfigError(f"--frames must be between 2 and 1000, got {chosen.frames}")
    if not 1 <= chosen.scale <= 32:
        raise ConfigError(f"--scale must be between 1 and 32, got {chosen.scale}")
    if not 0.1 <= chosen.seconds <= 600:
        raise ConfigError(f"--seconds must be between 0.1 and 600, got {chosen.seconds:g}")
    if (chosen.start is None) != (chosen.end is None):
        raise ConfigError("--from and --to go together: name both classes or neither")
    import torch

    from ganlab.files import write_file
    from ganlab.generator import load
    from ganlab.journey import between_classes, between_draws
    from ganlab.runs.samples import sprite, to_gif, to_png

    torch.set_num_threads(1)
    generator = load(chosen.model)
    if generator.config.data.name in POINTS:
        raise ConfigError(f"{generator.name} makes points, and a walk wants pictures")
    if chosen.start is None:
        journey = between_draws(generator, chosen.frames, chosen.mode, chosen.seed)
    else:
        journey = between_classes(
            generator, chosen.start, chosen.end, chosen.frames, chosen.mode, chosen.seed
        )
    pictures = generator.pictures(journey.z, journey.labels)
    if path.suffix == ".gif":
        frames = [to_png(sprite(picture[None], 1)) for picture in pictures]
        content = to_gif(frames, chosen.seconds, chosen.scale)
    else:
        content = to_png(sprite(pictures, len(pictures)))
    write_file(path, content)
    done = {"file": str(path), "frames": len(pictures), "mode": chosen.mode, "seed": chosen.seed}
    print(json.dumps(done) if chosen.json else f"{path}: {len(pictures)} frames")  # noqa: T201
    return 0
