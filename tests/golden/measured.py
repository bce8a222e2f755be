"""What the package of this checkout computes for each case, exactly as it comes out."""

import contextlib
import hashlib
import math
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import ganlab
from tests.golden import adapters
from tests.golden.cases import BATCHES, SAMPLES, STEPS, SUPERRES, UPSCALES
from tests.golden.made import make_data

Trajectory = Mapping[str, list[float]]
"""Scalars by name, one number a step; NaN where there is none."""


@dataclass(frozen=True)
class Outcome:
    """The arrays that a command wrote, and a digest of its file."""

    arrays: Mapping[str, NDArray[Any]]
    digest: str


@contextlib.contextmanager
def surroundings(folder: Path, float32: bool = True) -> Iterator[Path]:
    """A home, and made data in an empty folder that is there; the data's folder.

    What the outside has in GANLAB_DATA or among torch's downloads is not seen.
    """
    data = folder / "data"
    if not data.exists():
        data.mkdir()
        make_data(data)
    set_to = {
        "GANLAB_DATA": str(data),
        "GANLAB_HOME": str(folder / "home"),
        "TORCH_HOME": str(folder / "torch"),
    }
    with mock.patch.dict(os.environ, set_to), adapters.prepared(float32):
        os.environ.pop("GANLAB_CHECKPOINTS", None)
        yield data


def trajectory(name: str, data: Path, precision: str = "float32") -> Trajectory:
    """The scalars of a preset's first steps, and what its snapshot after them is on average."""
    changes: dict[str, Any] = {"precision": precision}
    if name in BATCHES:
        changes["batch"] = BATCHES[name]
    if name == "own-pictures":
        changes["data.path"] = str(data / "pictures")
    training = ganlab.Training(adapters.configured(name, changes), device="cpu")
    ticks = [training.advance(1) for _ in range(STEPS)]
    found = {key: [tick.scalars[key] for tick in ticks] for key in ticks[0].scalars}
    shown = np.asarray(training.snapshot().arrays["fake"], np.float64)
    return found | {"shown mean": [shown.mean()], "shown deviation": [shown.std()]}


def superres_trajectory(name: str, data: Path) -> Trajectory:
    """The terms of the first steps of a training of super-resolution."""
    case = SUPERRES[name]
    steps = adapters.superres_steps(case.preset, case.steps, data / "photographs", **case.changes)
    return {key: [step[key] for step in steps] for key in steps[0]}


def sampled(name: str, folder: Path) -> Outcome:
    """What `sample` or `walk` writes."""
    out = folder / "out.npz"
    adapters.command([*SAMPLES[name], "--out", str(out)])
    with np.load(out) as arrays:
        return Outcome(dict(arrays), _digest(out))


def upscaled(name: str, folder: Path) -> Outcome:
    """What `upscale` makes of a crop of scikit-image's photograph of a cat."""
    from skimage.data import chelsea

    given, out = folder / "in.png", folder / "out.png"
    Image.fromarray(chelsea()[100:120, 120:144]).save(given)
    adapters.command(["upscale", str(given), str(out), "--threads", "1", *UPSCALES[name]])
    with Image.open(out) as picture:
        return Outcome({"picture": np.asarray(picture)}, _digest(out))


def everything(
    folder: Path, float32: bool = True, only: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """(kind, name, Trajectory or Outcome) of every case, or of those that `only` is a part of."""
    kinds = {
        "presets": adapters.PICTURE_PRESETS,
        "superres": SUPERRES,
        "samples": SAMPLES,
        "upscales": UPSCALES,
    }
    with surroundings(folder, float32) as data:
        measure = {
            "presets": lambda name: trajectory(name, data, "float32" if float32 else "auto"),
            "superres": lambda name: superres_trajectory(name, data),
            "samples": lambda name: sampled(name, folder),
            "upscales": lambda name: upscaled(name, folder),
        }
        for kind, names in kinds.items():
            for name in names:
                if only in f"{kind}: {name}: ":
                    yield kind, name, measure[kind](name)


def plain(value: float) -> float | None:
    """A number for JSON, which knows no NaN."""
    return None if math.isnan(value) else value


def _digest(path: Path) -> str:
    """Of the bytes; of a PNG, without its colour profile, which holds the time of writing."""
    content = path.read_bytes()
    if path.suffix != ".png":
        return hashlib.sha256(content).hexdigest()
    seen, place = hashlib.sha256(content[:8]), 8
    while place < len(content):
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        end = place + 12 + length
        if kind != b"iCCP":
            seen.update(content[place:end])
        place = end
    return seen.hexdigest()
