"""The stored home: unpack a copy of it, and say what its runs hold and what commands make of them.

`python -m tests.contracts.stored_home` records all of it in home.json and home_commands.json.
"""

import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.contracts import adapters
from tests.contracts.recorded import keep

HERE = Path(__file__).parent
ARCHIVE = HERE / "home.tar.xz"


def unpack(folder: Path) -> Path:
    """A copy of the stored home in that folder."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def described() -> dict[str, dict[str, Any]]:
    """What each run of the home in force tells, by id."""
    infos = {info.id: info for info in adapters.listed()}
    return {name: describe(infos[name]) for name in sorted(adapters.record_ids())}


def describe(info: Any) -> dict[str, Any]:
    """A run's state and, where it can be read, its settings, curves, samples, events and states."""
    if info.state == "unreadable":
        return {"state": info.state}
    record = adapters.record(info.id)
    curves, members = record.columns(), record.members()
    last = {name: _rounded(values[-1]) for name, values in curves.items() if len(values)}
    return {
        "state": info.state,
        "kind": info.kind,
        "title": info.title,
        "preset": info.preset,
        "step": info.step,
        "steps": info.steps,
        "created": info.created,
        "generation": info.generation,
        "config": info.config,
        "findings": [one["name"] for one in info.diagnosis],
        "results": {k: _rounded(v) for k, v in info.results.items() if isinstance(v, int | float)},
        "variants": info.variants,
        "lost": {str(place): step for place, step in info.lost.items()},
        "quality": {k: _rounded(v) for k, v in info.quality.items() if isinstance(v, int | float)},
        "qualities": [[row["step"], row["n"]] for row in record.qualities()],
        "curves": {name: len(values) for name, values in curves.items()},
        "last": last,
        "members": {name: list(values.shape) for name, values in members.items()},
        "samples": record.sample_steps(),
        "sample_bytes": [len(record.sample(step)[1]) for step in record.sample_steps()],
        "events": [[event.step, event.kind] for event in record.events()],
        "interventions": record.interventions(),
        "states": adapters.states(info.id),
        "parent": record.facts().get("parent"),
        "sweep": record.facts().get("sweep"),
        "checkpoint": record.checkpoint.is_file(),
    }


def _rounded(value: Any) -> Any:
    """Six digits; None for what is no number, as JSON has none."""
    number = float(value)
    return float(f"{number:.6g}") if number == number and abs(number) != float("inf") else None


def resumed(run: str) -> dict[str, Any]:
    """What `runs resume` makes of a run: whether it went on, and to which step."""
    with adapters.tiny_superres():
        arguments = ("runs", "resume", run, "--steps", "2", "--device", "cpu", "--json")
        done = adapters.command(*arguments)
    if done.json is None:
        return {"status": done.status, "sentences": sentences(done.err)}
    return {"status": done.status, "state": done.json["status"], "steps": done.json["steps"]}


def sampled(model: str, folder: Path) -> dict[str, Any]:
    """The mean and deviation of what `sample` makes with a run, RUN or RUN@STEP."""
    out = folder / "sampled.npz"
    done = adapters.command("sample", model, "--n", "8", "--out", out)
    if done.status:
        return {"status": done.status, "sentences": sentences(done.err)}
    with np.load(out) as arrays:
        images = arrays["images" if "images" in arrays else "points"]
    whole = images.astype(np.float64)
    return {
        "status": 0,
        "shape": list(images.shape),
        "mean": _rounded(whole.mean()),
        "deviation": _rounded(whole.std()),
    }


def sentences(err: str) -> int:
    """How many lines of our own stand on stderr; -1 where a traceback does."""
    if "Traceback" in err:
        return -1
    return sum(line.startswith("ganlab: ") for line in err.splitlines())


def main() -> None:
    """Record both tables."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANLAB_HOME"] = str(unpack(Path(folder) / "home"))
        os.environ.pop("GANLAB_DATA", None)
        found = described()
        keep("home", found)
        models = [
            *found,
            *(f"{run}@{step}" for run in found for step in found[run].get("states", [])),
        ]
        keep(
            "home_commands",
            {
                "sampled": {model: sampled(model, Path(folder)) for model in models},
                "resumed": {run: resumed(run) for run in found},
            },
        )


if __name__ == "__main__":
    main()
