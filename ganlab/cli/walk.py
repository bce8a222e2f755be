"""`walk`: a path through latent space as an animation."""

import argparse
import json
from pathlib import Path
from typing import Any

from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("walk", help="a smooth transition through latent space")
    parser.add_argument(
        "model", help="a run's id, RUN@STEP of a state it kept, a file, or digits-cgan"
    )
    parser.add_argument("--from", dest="start", type=int, help="the class to start from")
    parser.add_argument("--to", dest="end", type=int, help="the class to end with")
    parser.add_argument("--frames", type=int, default=60, help="how many pictures")
    parser.add_argument(
        "--mode", default="slerp", choices=("slerp", "lerp"), help="an arc or a straight line"
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="how long it lasts")
    parser.add_argument("--scale", type=int, default=8, help="screen pixels for a pixel")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument(
        "--out",
        required=True,
        help="a file that ends in .gif, .png for a strip, or .npz for z and what G makes of it",
    )
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=walk)


def walk(chosen: argparse.Namespace) -> int:
    """Write the walk; the same seed gives the same bytes."""
    path = Path(chosen.out)
    if path.suffix not in (".gif", ".png", ".npz"):
        raise ConfigError(f"--out must end in .gif, .png or .npz, got {path.name}")
    if not 2 <= chosen.frames <= 1_000:
        raise ConfigError(f"--frames must be between 2 and 1000, got {chosen.frames}")
    if not 1 <= chosen.scale <= 32:
        raise ConfigError(f"--scale must be between 1 and 32, got {chosen.scale}")
    if not 0.1 <= chosen.seconds <= 600:
        raise ConfigError(f"--seconds must be between 0.1 and 600, got {chosen.seconds:g}")
    if (chosen.start is None) != (chosen.end is None):
        raise ConfigError("--from and --to go together: name both classes or neither")
    import torch

    from ganlab.device import choose_device
    from ganlab.files import write_file
    from ganlab.jobs.samples import sprite, to_archive, to_gif, to_npz, to_png
    from ganlab.latent.walks import between_classes, between_draws
    from ganlab.trained.generator import load

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    generator = load(chosen.model, device)
    if generator.makes_points and path.suffix != ".npz":
        raise ConfigError(f"{generator.name} makes points: --out must end in .npz")
    if chosen.start is None:
        frames = between_draws(generator, chosen.frames, chosen.mode, chosen.seed)
    else:
        frames = between_classes(
            generator, chosen.start, chosen.end, chosen.frames, chosen.mode, chosen.seed
        )
    z = frames.z.numpy()
    if generator.makes_points:
        write_file(path, to_archive({"points": generator.points(frames.z), "z": z}))
        return report(chosen)
    pictures = generator.pictures(frames.z, frames.labels)
    if path.suffix == ".npz":
        content = to_npz(pictures, z=z)
    elif path.suffix == ".gif":
        frames = [to_png(sprite(picture[None], 1)) for picture in pictures]
        content = to_gif(frames, chosen.seconds, chosen.scale)
    else:
        content = to_png(sprite(pictures, len(pictures)))
    write_file(path, content)
    return report(chosen)


def report(chosen: argparse.Namespace) -> int:
    """Print what was written; the exit status."""
    done = {name: getattr(chosen, name) for name in ("frames", "mode", "seed")}
    done = {"file": chosen.out, **done}
    print(json.dumps(done) if chosen.json else f"{chosen.out}: {chosen.frames} frames")  # noqa: T201
    return 0
