"""A small call of each command that has --json, and the commands and flags that there are.

`GANLAB_DATA=… python -m tests.contracts.command_lines` records them.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import adapters, stored_home
from tests.contracts.recorded import keep, shape

TINY = ("--set", "network.width=4", "--set", "z_dim=4", "--set", "batch=8", "--device", "cpu")
POINTS = (
    *("--set", "network.g_width=8", "--set", "network.g_depth=1", "--set", "network.d_width=8"),
    *("--set", "network.d_depth=1", "--set", "batch=16", "--device", "cpu"),
)

CALLS: dict[str, tuple[str, ...]] = {
    "train pictures": ("train", "digits", *TINY, "--steps", "2"),
    "train points": ("train", "ring", *POINTS, "--steps", "3"),
    "train a race": ("train", "ring", *POINTS, "--steps", "3", "--race", "plain,pacgan2"),
    "presets": ("presets",),
    "info": ("info",),
    "runs list": ("runs", "list"),
    "runs show": ("runs", "show", "digits-finished"),
    "runs show, points": ("runs", "show", "ring-finished"),
    "runs show, superres": ("runs", "show", "srresnet-finished"),
    "runs compare": ("runs", "compare", "ring-finished", "branch-finished"),
    "runs compare to a file": (
        *("runs", "compare", "ring-finished", "branch-finished", "--out", "OUT/c.csv"),
    ),
    "runs resume": ("runs", "resume", "ring-finished", "--steps", "2", "--device", "cpu"),
    "runs branch": ("runs", "branch", "ring-finished", "--set", "loss=hinge", "--step", "30"),
    "runs measure": ("runs", "measure", "digits-finished"),
    "runs stop": ("runs", "stop", "queued"),
    "runs delete": ("runs", "delete", "grid-finished", "--yes"),
    "runs export": ("runs", "export", "ring-finished", "--out", "OUT/m.csv"),
    "film": ("film", "ring-finished", "OUT/f.gif", "--frames", "2"),
    "sample": ("sample", "digits-finished", "--n", "4", "--out", "OUT/s.png"),
    "walk": ("walk", "digits-finished", "--frames", "3", "--out", "OUT/w.gif"),
    "evaluate": ("evaluate", "digits-cgan", "--n", "1000"),
    "augment": (
        *("augment", "digits-cgan", "--k", "5", "--n", "2", "--seeds", "2", "--steps", "20"),
    ),
    "upscale": ("upscale", "OUT/in.png", "OUT/up.png", "--method", "bicubic", "--scale", "2"),
    "train-superres": (
        *("train-superres", "srresnet", "--out", "OUT/n.safetensors", "--steps", "2"),
        *("--evaluate", "OUT"),
    ),
    "bench superres": ("bench", "superres", "OUT", "--scale", "2", "--methods", "bicubic"),
    "bench modes": (
        *("bench", "modes", "--seeds", "2", "--remedies", "plain", "--steps", "5", "--n", "50"),
    ),
    "bench map": ("bench", "map", "--size", "2", "--steps", "3"),
    "bench cost": (
        *("bench", "cost", "--remedies", "pacgan2", "--steps", "1", "--rounds", "1"),
        *("--out", "OUT/costs.json"),
    ),
    "bench systems": (
        *("bench", "systems", "--presets", "fast-mnist", "--data", "digits"),
        *("--seconds", "0.2", "--n", "300"),
    ),
    "bench stacked-mnist": (
        *("bench", "stacked-mnist", "--width", "4", "--steps", "1", "--n", "30", "--device", "cpu"),
    ),
}
"""By a name of their own; OUT stands for a folder with one picture, in.png."""

NEEDS_MNIST = ("bench stacked-mnist",)
"""Calls that read MNIST from GANLAB_DATA."""


def call(name: str, out: Path) -> Any:
    """Make a call in the home in force and give what it printed as JSON."""
    arguments = [one.replace("OUT", str(out)) for one in CALLS[name]]
    with adapters.tiny_superres():
        return adapters.command(*arguments, "--json")


def material(folder: Path) -> Path:
    """A folder with a small picture."""
    import numpy as np
    from PIL import Image

    folder.mkdir(exist_ok=True)
    ramp = np.arange(48 * 48 * 3, dtype=np.uint32).reshape(48, 48, 3) * 37 % 251
    Image.fromarray(ramp.astype(np.uint8)).save(folder / "in.png")
    return folder


def commands(parser: argparse.ArgumentParser) -> dict[str, dict[str, list[str]]]:
    """Each command's flags and what it takes by place, by its words."""
    found: dict[str, dict[str, list[str]]] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                for words, one in commands(below).items():
                    found[f"{name} {words}".strip()] = one
    if not found:
        flags = [flag for action in parser._actions for flag in action.option_strings]
        places = [one.dest for one in parser._actions if not one.option_strings]
        found[""] = {"flags": sorted(set(flags)), "places": places}
    return found


def choices(parser: argparse.ArgumentParser) -> dict[str, dict[str, list[str]]]:
    """The values that each flag with a choice takes, by the command's words."""
    found: dict[str, dict[str, list[str]]] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                for words, one in choices(below).items():
                    found[f"{name} {words}".strip()] = one
        elif action.choices is not None:
            flag = action.option_strings[-1] if action.option_strings else action.dest
            found.setdefault("", {})[flag] = [str(one) for one in action.choices]
    return found


def main() -> None:
    """Record both tables."""
    import torch

    torch.set_num_threads(1)
    data = os.environ.pop("GANLAB_DATA")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANLAB_HOME"] = str(stored_home.unpack(Path(folder) / "home"))
        out = material(Path(folder) / "out")
        shapes = {}
        for name in CALLS:
            if name in NEEDS_MNIST:
                os.environ["GANLAB_DATA"] = data
            done = call(name, out)
            shapes[name] = {"status": done.status, "shape": shape(done.json)}
            if done.json is None:
                print(name, done.status, done.err[-300:])  # noqa: T201
    keep("json_keys", shapes)
    keep("commands", {"all": commands(adapters.parser()), "choices": choices(adapters.parser())})


if __name__ == "__main__":
    main()
