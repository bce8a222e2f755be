"""A run on points as one file: where it is, its curves, and pictures of its way there.

`python -m ganlab.jobs.recording PRESET FILE [--steps N] [--at STEP] [--race METHOD,…]` trains one
and writes it; the file holds a whole checkpoint, so that `adopt` can play on from it.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from ganlab.config import RunConfig
from ganlab.device import CPU
from ganlab.errors import CheckpointError
from ganlab.files import write_file
from ganlab.jobs.database import transaction
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store

FRAMES = 28
"""Pictures that a recording keeps."""
ROWS = 600
"""Rows of curves that a recording keeps besides those with measures."""
PREFIX = "story."
FACTS = ("config", "initial", "bounds", "diagnosis", "progress", "preset", "title", "device")
RACE_FACTS = ("variants", "member_columns", "centres", "lost", "step_costs")
STILL = ("real", "extent")
"""What is the same in all pictures: the first holds it for all."""


@dataclass(frozen=True)
class Recording:
    """What a file holds."""

    facts: dict[str, Any]
    columns: dict[str, NDArray[Any]]
    """Metrics by name, as `RunFolder.columns` gives them."""
    frames: list[tuple[int, dict[str, NDArray[Any]]]]
    """Step and arrays of each picture, ascending."""
    members: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Of a comparison: see `RunFolder.members`."""


def write_recording(record: RunFolder, path: Path, frames: int = FRAMES) -> None:
    """Write a run that has a checkpoint as one file; raise CheckpointError if it has none."""
    tensors, header = _read(record.checkpoint)
    shown = FACTS + RACE_FACTS
    facts = {name: value for name, value in record.facts().items() if name in shown}
    columns = _thinned(record.columns())
    tensors |= {f"{PREFIX}metric.{name}": values for name, values in columns.items()}
    if members := record.members():
        measured = np.isfinite(members["js"]).any(1)
        measured |= members["step"] == members["step"][-1]
        tensors |= {f"{PREFIX}member.{name}": rows[measured] for name, rows in members.items()}
    steps = record.sample_steps()
    chosen = np.unique(np.linspace(0, len(steps) - 1, min(frames, len(steps))).round().astype(int))
    for place, index in enumerate(chosen):
        found = record.sample(steps[index])
        assert found
        for name, array in load(found[1]).items():
            if name not in STILL or not place:
                exact = name == "extent" or array.dtype.kind != "f"
                small = array if exact else array.astype(np.float16)
                tensors[f"{PREFIX}frame.{steps[index]:08d}.{name}"] = small
    header = dict(header, story=json.dumps(facts, allow_nan=False))
    write_file(path, save(tensors, header))


def read_recording(path: Path) -> Recording:
    """What a file that `write_recording` wrote holds; raise CheckpointError if it is another."""
    tensors, header = _read(path, PREFIX)
    try:
        facts = json.loads(header["story"])
        columns: dict[str, NDArray[Any]] = {}
        members: dict[str, NDArray[Any]] = {}
        frames: dict[int, dict[str, NDArray[Any]]] = {}
        for key in sorted(tensors):
            kind, _, rest = key.removeprefix(PREFIX).partition(".")
            if kind == "metric":
                columns[rest] = tensors[key]
            elif kind == "member":
                members[rest] = tensors[key]
            else:
                step, _, name = rest.partition(".")
                array = tensors[key]
                whole = array.astype(np.float32) if array.dtype.kind == "f" else array
                frames.setdefault(int(step), {})[name] = whole
        first = frames[min(frames)] if frames else {}
        for arrays in frames.values():
            for name in STILL:
                arrays.setdefault(name, first[name])
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path.name} holds no recording: {error}") from error
    return Recording(facts, columns, sorted(frames.items()), members)


def adopt(store: Store, path: Path, title: str = "") -> RunFolder:
    """A run of one's own that goes on from where the file ends, with its past."""
    recording = read_recording(path)
    facts = recording.facts
    config = RunConfig.from_json(facts["config"])
    named = title or facts.get("title", ""), facts.get("preset", "")
    child = store.create(config, *named, facts.get("variants", ()))
    tensors, header = _read(path)
    weights = {name: array for name, array in tensors.items() if not name.startswith(PREFIX)}
    header.pop("story")
    write_file(child.checkpoint, save(weights, header))
    names = [name for name in recording.columns if name not in ("step", "seconds")]
    table = np.stack([recording.columns[name] for name in names], 1).astype("<f4")
    with child.open() as connection, transaction(connection):
        connection.executemany(
            "INSERT INTO metric VALUES (?, ?, ?)",
            [
                (int(step), float(seconds), row.tobytes())
                for step, seconds, row in zip(
                    recording.columns["step"], recording.columns["seconds"], table, strict=True
                )
            ],
        )
        connection.executemany(
            "INSERT INTO sample VALUES (?, ?)",
            [(step, save(_whole(arrays))) for step, arrays in recording.frames],
        )
        if recording.members:
            names_of_members = facts["member_columns"]
            rows = np.stack([recording.members[name] for name in names_of_members], -1).astype(
                "<f4"
            )
            connection.executemany(
                "INSERT INTO member VALUES (?, ?)",
                [
                    (int(step), row.tobytes())
                    for step, row in zip(recording.members["step"], rows, strict=True)
                ],
            )
    more = ("initial", "bounds", "progress", *RACE_FACTS)
    kept = {name: facts[name] for name in more if name in facts}
    child.set_facts(columns=names, checkpoint_step=facts["progress"]["step"], **kept)
    return child


def _read(path: Path, prefix: str = "") -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    try:
        with safe_open(str(path), framework="numpy") as file:
            names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118 (no dict)
            return {name: file.get_tensor(name) for name in names}, dict(file.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path.name} is no whole checkpoint ({error})") from error


def _whole(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _thinned(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Rows evenly spread, and all that hold a measure."""
    count = len(columns["step"])
    kept = np.zeros(count, bool)
    kept[np.linspace(0, count - 1, min(ROWS, count)).round().astype(int)] = True
    kept |= np.isfinite(columns.get("js", np.full(count, np.nan)))
    return {
        name: values[kept].astype(np.float32 if values.dtype.kind == "f" else values.dtype)
        for name, values in columns.items()
    }


def main() -> None:
    """Train a preset to a step and write it as one file."""
    import tempfile

    import torch

    from ganlab.config.variants import Variant
    from ganlab.jobs.heartbeat import look_at
    from ganlab.jobs.worker import Worker
    from ganlab.registry import Method, Preset, find

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("preset")
    parser.add_argument("file", type=Path)
    parser.add_argument("--steps", type=int, default=12_000, help="budget of the run")
    parser.add_argument("--at", type=int, default=8_000, help="step at which it is written")
    parser.add_argument("--race", default="", help="methods that race from the preset")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--title", default="", help="what the run is called")
    parser.add_argument("--frames", type=int, default=FRAMES, help="pictures that are kept")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    one = find(Preset, chosen.preset)
    with tempfile.TemporaryDirectory() as folder:
        values = dict(item.split("=", 1) for item in chosen.set)
        config = one.config.with_values(values | {"steps": chosen.steps})
        methods = [find(Method, name) for name in chosen.race.split(",") if name]
        racers = [Variant(it.title, it.racing_on(config.data.name)) for it in methods]
        named = chosen.title or one.title, chosen.preset
        record = Store(Path(folder)).create(config, *named, racers)
        record.set_facts(halts=[chosen.at])

        def until(tick: Any, _: Any) -> None:
            look_at(record.folder)
            if tick.step >= chosen.at:
                worker.stop()

        worker = Worker(record, str(CPU), until)
        worker.run()
        write_recording(record, chosen.file, chosen.frames)


if __name__ == "__main__":
    main()
