"""`train-superres`, as `train` was called for super-resolution: it writes a file of weights."""

import argparse
import json
import math
import sys
import time
import zipfile
from pathlib import Path
from pickle import PickleError
from typing import TYPE_CHECKING, Any

from ganlab.cli.settings import add_device
from ganlab.errors import CheckpointError, ConfigError

if TYPE_CHECKING:
    from ganlab.config import RunConfig
    from ganlab.training.ensemble import Ensemble

LOSSES = ("pixel", "adversarial", "features", "total_variation")
"""The options that say which losses are followed."""
SAVE_EVERY, SAY_EVERY = 240.0, 10.0
"""Seconds between two saved states, and between two lines."""


def add_train_superres(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `train-superres`."""
    parser = subparsers.add_parser(
        "train-superres",
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
    print("ganlab: train-superres is now train", file=sys.stderr)  # noqa: T201
    import torch

    from ganlab.data.degradation import photographs
    from ganlab.device import choose_device
    from ganlab.jobs.superres import checked
    from ganlab.networks.files import weights
    from ganlab.networks.perceptual_features import FEATURES
    from ganlab.presets.superres import superres_config
    from ganlab.training.checkpoint import save_run
    from ganlab.training.loop import Pace, Training
    from ganlab.training.superres_files import card_of

    losses = {name: v for name in LOSSES if (v := getattr(arguments, name)) is not None}
    given = {name: getattr(arguments, name) for name in ("steps", "seconds")}
    budget = {name: value for name, value in given.items() if value is not None}
    folder = str(arguments.folder or "")
    config = superres_config(arguments.preset, arguments.scale, folder, losses, **budget)
    if arguments.threads < 1:
        raise ConfigError(f"threads must be at least 1, got {arguments.threads}")
    if arguments.out.suffix != ".safetensors":
        raise ConfigError(f"out must end in .safetensors, got '{arguments.out.name}'")
    if arguments.evaluate is not None:
        photographs(arguments.evaluate)  # a folder without any is refused before the work
    device = str(choose_device(arguments.device))
    torch.set_num_threads(arguments.threads)
    config = checked(config, arguments.start)
    if arguments.features:
        FEATURES[
            arguments.features
        ]()  # what is asked for by name is not replaced by other features
    pace = Pace(tick=SAY_EVERY, snapshot=math.inf)
    if arguments.state is not None:
        arguments.state.parent.mkdir(parents=True, exist_ok=True)
    if arguments.state is not None and arguments.state.is_file():
        training = Training(config, state=resumed(arguments.state, config, device), pace=pace)
    else:
        training = Training(config, device=device, start=arguments.start, pace=pace)
    state = training.state
    if remark := state.task.remark(state):
        sys.stderr.write(f"{remark}\n")
    saved = time.monotonic()
    while state.progress < 1:
        tick = training.advance()
        terms = [f"{k} {v:.4f}" for k, v in tick.scalars.items() if v == v]
        sys.stderr.write(f"step {tick.step}, {tick.seconds:.0f} s: {', '.join(terms)}\n")
        if tick.end == "diverged":
            raise CheckpointError(tick.words)
        if arguments.state is not None and time.monotonic() - saved > SAVE_EVERY:
            saved = time.monotonic()
            save_run(arguments.state, state)
    if arguments.state is not None:
        save_run(arguments.state, state)
    card = card_of(
        state,
        data=arguments.folder.name if arguments.folder else "embedded photographs",
        start=arguments.start.stem if arguments.start else None,
        threads=arguments.threads,
        note=arguments.note,
        command=command_of(arguments),
    )
    network = state.shown_generator.eval()
    weights.save(arguments.out, network, card)
    if arguments.evaluate is not None:  # on the file as it will be used, in its precision
        card["scores"] = scores(arguments.out, arguments.evaluate, arguments.scale, device)
        weights.save(arguments.out, network, card)
    last = json.dumps(card) if arguments.json else f"{arguments.out}: {training.step} steps"
    sys.stdout.write(last + "\n")
    return 0


def resumed(path: Path, config: "RunConfig", device: str) -> "Ensemble":
    """Go on from a state of this command; CheckpointError for any other file.

    One that was written before super-resolution was a task of the one training can be read too.
    """
    import torch

    from ganlab.device import CPU, choose_device
    from ganlab.training.checkpoint import load_run
    from ganlab.training.ensemble import build_ensemble
    from ganlab.training.superres_files import take_over

    if not zipfile.is_zipfile(path):  # what `torch.save` writes is one
        return load_run(path, device, config)
    try:
        old = torch.load(path, map_location=CPU, weights_only=True)
        whole = build_ensemble(config, [config], choose_device(device), alone=True)
        take_over(whole.states[0], old)
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
    return whole


def command_of(arguments: argparse.Namespace) -> str:
    """The command line that trains the same again."""
    command = ["python -m ganlab train-superres", arguments.preset]
    command += [f"--scale {arguments.scale}", f"--out checkpoints/{arguments.out.name}"]
    if arguments.folder is not None:
        command.append(f"--folder {arguments.folder.name}")
    if arguments.start is not None:
        command.append(f"--start checkpoints/{arguments.start.name}")
    for name in (*LOSSES, "steps"):
        if (value := getattr(arguments, name)) is not None:
            command.append(f"--{name.replace('_', '-')} {value}")
    if arguments.seconds:
        command.append(f"--seconds {arguments.seconds:g}")
    return " ".join(command)


def say(line: str) -> None:
    """A line for whoever watches."""
    sys.stderr.write(line + "\n")


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
