"""Comparison of runs: their curves on a common axis, the settings that differ, and files."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.errors import RunError
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import RunInfo
from ganlab.jobs.quality_history import Row

Axis = Literal["steps", "epochs", "seconds"]
AXES: tuple[Axis, ...] = ("steps", "epochs", "seconds")
ABSENT = "not there"
"""The value of a setting that a configuration does not have."""


Course = list[tuple[int, Any]]
"""The values of a setting and the steps from which they hold: [(0, value), (748, value), …]."""


class Turn(NamedTuple):
    """A parameter that was changed while a run trained."""

    step: int
    name: str
    new: Any


@dataclass(frozen=True)
class Compared:
    """One of the runs, with its metrics."""

    info: RunInfo
    columns: Mapping[str, NDArray[Any]]
    real_count: int = 0
    """The number of real pictures; 0 for data that are sampled without end, such as points."""
    turns: tuple[Turn, ...] = ()
    """Parameters that were changed while it trained, by step."""
    qualities: Sequence[Row] = ()
    """The scores of each measurement of its pictures."""
    initial: Mapping[str, Any] = field(default_factory=dict)
    """The configuration at its start; {} if it was not stored, as before the first step."""

    @property
    def metrics(self) -> list[str]:
        """Names of the columns that hold a value."""
        names = (name for name in self.columns if name not in ("step", "seconds"))
        return [name for name in names if np.isfinite(self.columns[name]).any()]

    def along(self, axis: Axis) -> NDArray[np.float64]:
        """The position of each row on an axis (rows,); NaN in epochs for data without end.

        An epoch ends when D has seen as many real pictures as there are. The D steps and the batch
        are those of the current configuration.
        """
        steps = np.asarray(self.columns["step"], np.float64)
        if axis == "seconds":
            return np.asarray(self.columns["seconds"], np.float64)
        if axis == "steps":
            return steps
        shown = self.info.config["batch"] * max(1, self.info.config["d_steps"])
        return steps * shown / self.real_count if self.real_count else np.full(len(steps), np.nan)


def compared(record: RunFolder) -> Compared:
    """A run in its present state; raise RunError if it has no step yet."""
    columns, facts = record.columns(), record.facts()
    if not len(columns["step"]):
        raise RunError(f"{record.id} has no step yet: wait until it trains, or leave it out")
    return Compared(
        record.info(),
        columns,
        int(facts.get("real_count", 0)),
        tuple(
            Turn(event.step, turn["name"], turn["new"])
            for event in record.events()
            if event.kind == "knob"
            for turn in [json.loads(event.text)]
        ),
        record.qualities(),
        facts.get("initial", {}),
    )


def courses(runs: Sequence[Compared]) -> dict[str, list[Course]]:
    """The settings that differ between the runs or were changed: path to one course per run."""
    settings = [_settings(run) for run in runs]
    paths = dict.fromkeys(path for one in settings for _, values in one for path in values)
    found = {path: [_course(one, path) for one in settings] for path in paths}
    return {path: row for path, row in found.items() if any(one != row[0] for one in row)}


def _settings(run: Compared) -> list[tuple[int, dict[str, Any]]]:
    """The settings of a run by path, with the step from which they hold: its start and changes."""
    now = RunConfig.from_json(run.info.config)
    config = RunConfig.from_json(run.initial or run.info.config)
    config = config.with_values({"steps": now.steps, "seconds": now.seconds})  # may be extended
    found = [(0, config.flat())]
    for turn in run.turns:
        config = config.with_values({turn.name: turn.new})
        found.append((turn.step, config.flat()))
    return found


def _course(settings: Sequence[tuple[int, Mapping[str, Any]]], path: str) -> Course:
    course: Course = []
    for step, values in settings:
        if course and course[-1][0] == step:  # of several changes at one step the last one holds
            course.pop()
        value = values.get(path, ABSENT)
        if not course or course[-1][1] != value:
            course.append((step, value))
    return course


def differences(configs: Sequence[RunConfig]) -> dict[str, list[Any]]:
    """The settings that differ between the configurations: path to one value each."""
    flat = [config.flat() for config in configs]
    paths = dict.fromkeys(path for one in flat for path in one)
    values = {path: [one.get(path, ABSENT) for one in flat] for path in paths}
    return {path: row for path, row in values.items() if any(one != row[0] for one in row)}


def to_csv(runs: Iterable[Compared]) -> bytes:
    """All rows of all runs: run, title, step, epoch, seconds, then metrics."""
    runs = list(runs)
    names = list(dict.fromkeys(name for run in runs for name in run.columns))
    metrics = [name for name in names if name not in ("step", "seconds")]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["run", "title", "step", "epoch", "seconds", *metrics])
    for run in runs:
        nothing = np.full(len(run.columns["step"]), np.nan)
        table = [run.along(axis) for axis in AXES] + [run.columns.get(m, nothing) for m in metrics]
        for row in zip(*table, strict=True):
            cells = [f"{value:.9g}" if np.isfinite(value) else "" for value in row]
            writer.writerow([run.info.id, run.info.title, *cells])
    return out.getvalue().encode()


def results_csv(runs: Iterable[Compared]) -> bytes:
    """A row per run: its step, its results, and its quality with the share of every class."""
    rows = []
    for run in runs:
        info = run.info
        quality, names = info.quality, info.quality.get("class_names", [])
        row: dict[str, Any] = {"run": info.id, "title": info.title, "step": info.step}
        row |= {
            k: v for k, v in (info.results | quality).items() if isinstance(v, int | float | str)
        }
        row |= {"step": info.step, "measured_at": quality.get("step", "")}
        for kind in ("classes", "real_classes") if names else ():
            row |= {f"{kind}_{name}": x for name, x in zip(names, quality[kind], strict=True)}
        rows.append(row)
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def to_json(runs: Iterable[Compared]) -> bytes:
    """Each run with its settings, results, qualities and position."""
    found = [
        {
            "run": run.info.id,
            "title": run.info.title,
            "state": run.info.state,
            "step": run.info.step,
            "epoch": float(run.along("epochs")[-1]) if run.real_count else None,
            "seconds": run.info.seconds,
            "config": run.info.config,
            "results": run.info.results,
            "quality": run.info.quality,
            "qualities": list(run.qualities),
        }
        for run in runs
    ]
    return json.dumps(found, indent=2).encode()
