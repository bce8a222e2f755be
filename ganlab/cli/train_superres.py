"""`train-superres` of the command line: trains, goes on from a state, and writes a checkpoint."""

import argparse
import io
import json
import math
import sys
import time
from pathlib import Path
from pickle import PickleError
from typing import TYPE_CHECKING, Any

from ganlab.cli.settings import add_device
from ganlab.errors import CheckpointError, ConfigError
from ganlab.files import write_file

if TYPE_CHECKING:
    from ganlab.training.superres.loop import Recipe
    from ganlab.training.superres.recipes import AnyTraining

SAVE_EVERY = 240.0
"""Seconds between two saved states."""


def add_train_superres(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `train-superres`."""
    parser = subparsers.add_parser(
        "train-superres",
        help="train a super-resolution network",
        description="Train towards the pixels (srresnet...) or against a discriminator (srgan...).",
    )
    parser.add_argument(
        "preset",
        help="srresnet, srgan; the shipped networks' srresnet-full, srresnet-finish, "
        "srresnet-mean, srresnet-x2, srgan-full; the paper's srresnet-paper, srgan-paper",
    )
    parser.add_argument("--out", type=Path, required=True, help="a .safetensors file")
    parser.add_argument("--scale", type=int, choices=(2, 3, 4), default=4)
    parser.add_argument("--folder", type=Path, help="photographs; default: the embedded ones")
    parser.add_argument("--start", type=Path, help="weights whose body to go on from")
    parser.add_argument("--state", type=Path, help="resume from here, and save here")
    parser.add_argument("--steps", type=int, help="default: the preset's")
    parser.add_argument("--seconds", type=float, help="the rate has decayed by then at the latest")
    parser.add_argument("--pixel", choices=("l1", "mse"), help="the error of a pixel")
    parser.add_argument(
        "--adversarial", choices=("relativistic", "standard"), help="the game of G and D"
    )
    parser.add_argument(
        "--features",
        choices=("squeezenet", "vgg19", "vgg19-relu", "none"),
        help="pretrained features; vgg19 downloads 548 MB where its weights are not",
    )
    parser.add_argument(
        "--total-variation", type=float, metavar="WEIGHT", help="smoothness; default: 0"
    )
    parser.add_argument("--evaluate", type=Path, help="originals to score the result on")
    parser.add_argument("--note", default="", help="a sentence for the card")
    parser.add_argument("--threads", type=int, default=1, help="default: %(default)s")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print the card as a JSON object")
    parser.set_defaults(handler=run_train_superres)


def run_train_superres(arguments: argparse.Namespace) -> int:
    """Carry `train-superres` out."""
    import torch

    from ganlab.data.degradation import photographs
    from ganlab.device import choose_device
    from ganlab.networks.files import weights
    from ganlab.training.superres.cards import card_of
    from ganlab.training.superres.initial_weights import started
    from ganlab.training.superres.recipes import LOSS_CHOICES, PRESETS, training

    if arguments.preset not in PRESETS:
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, got '{arguments.preset}'")
    if arguments.threads < 1:
        raise ConfigError(f"threads must be at least 1, got {arguments.threads}")
    if arguments.out.suffix != ".safetensors":
        raise ConfigError(f"out must end in .safetensors, got '{arguments.out.name}'")
    if arguments.evaluate is not None:
        photographs(arguments.evaluate)  # a folder without any is refused before the work
    device = str(choose_device(arguments.device))
    torch.set_num_threads(arguments.threads)
    changes = {
        name: value
        for name in ("steps", "seconds", *LOSS_CHOICES)
        if (value := getattr(arguments, name)) is not None
    }
    start = None
    if arguments.start is not None:
        start = started(arguments.start, arguments.scale, arguments.preset)
    given = arguments.preset, arguments.scale, arguments.folder, start, say, device
    trainer = training(*given, **changes)
    if arguments.state is not None and arguments.state.is_file():
        resume(trainer, arguments.state)
    if trainer.remark:
        sys.stderr.write(f"{trainer.remark}\n")
    saved = time.monotonic()
    for record in trainer.run(100):
        terms = ", ".join(f"{name} {value:.4f}" for name, value in record.scalars.items())
        sys.stderr.write(f"step {record.step}, {record.seconds:.0f} s: {terms}\n")
        if arguments.state is not None and time.monotonic() - saved > SAVE_EVERY:
            saved = time.monotonic()
            save_state(trainer, arguments.state)
    if arguments.state is not None:
        save_state(trainer, arguments.state)
    network = trainer.averaged.eval()
    card = card_of(
        trainer,
        data=arguments.folder.name if arguments.folder else "embedded photographs",
        start=arguments.start.stem if arguments.start else None,
        threads=arguments.threads,
        note=arguments.note,
        command=command_of(arguments, trainer.recipe),
    )
    weights.save(arguments.out, network, card)
    if arguments.evaluate is not None:  # on the file as it will be used, in its precision
        card["scores"] = scores(arguments.out, arguments.evaluate, arguments.scale, device)
        weights.save(arguments.out, network, card)
    last = json.dumps(card) if arguments.json else f"{arguments.out}: {trainer.step} steps"
    sys.stdout.write(last + "\n")
    return 0


def say(line: str) -> None:
    """A line for whoever watches."""
    sys.stderr.write(line + "\n")


def resume(trainer: "AnyTraining", path: Path) -> None:
    """Go on from what `save_state` wrote; CheckpointError for any other file."""
    import torch

    from ganlab.device import CPU

    try:
        trainer.resume(torch.load(path, map_location=CPU, weights_only=True))
    except (
        OSError,
        EOFError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        PickleError,
    ) as error:
        raise CheckpointError(
            f"{path.name} holds no state of this training: choose another file, or none to begin"
        ) from error


def save_state(trainer: "AnyTraining", path: Path) -> None:
    """Write the training's state, whole or not at all; its folder is made if it is not there."""
    import torch

    content = io.BytesIO()
    torch.save(trainer.state(), content)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, content.getvalue())


def command_of(arguments: argparse.Namespace, recipe: "Recipe") -> str:
    """The command line that trains the same again."""
    from ganlab.training.superres.recipes import LOSS_CHOICES

    command = ["python -m ganlab train-superres", arguments.preset]
    command += [f"--scale {arguments.scale}", f"--out checkpoints/{arguments.out.name}"]
    if arguments.folder is not None:
        command.append(f"--folder {arguments.folder.name}")
    if arguments.start is not None:
        command.append(f"--start checkpoints/{arguments.start.name}")
    for name in (*LOSS_CHOICES, "steps"):
        if (value := getattr(arguments, name)) is not None:
            command.append(f"--{name.replace('_', '-')} {value}")
    if math.isfinite(recipe.seconds):
        command.append(f"--seconds {recipe.seconds:g}")
    return " ".join(command)


def scores(weights: Path, folder: Path, scale: int, device: str) -> dict[str, Any]:
    """The file's mean scores on a folder of originals, and bicubic's."""
    from ganlab.evaluation.superres import as_json, benchmark
    from ganlab.trained.upscaling import UpscaleRequest

    mine = UpscaleRequest(str(weights), half=False, device=device)
    requests = [UpscaleRequest("bicubic", device=device), mine]
    rows = benchmark(folder, scale, requests, say)
    return {
        "on": folder.name,
        **{name: value for name, value in as_json(rows[1]).items() if name != "method"},
        "bicubic": {name: v for name, v in as_json(rows[0]).items() if name != "method"},
    }
