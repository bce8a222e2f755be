"""Files that a run is exported to: metrics as CSV, a grid as PNG, G with its card."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.errors import RunError
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import SUPERRES
from ganlab.jobs.quality_history import Row, columns_of
from ganlab.presets import preset
from ganlab.registry import Data, Preset, find, table

PNG = b"\x89PNG"


def metrics_csv(record: RunFolder) -> bytes:
    """Every stored row: step, seconds and the metrics, one column each.

    Scores of its pictures follow in columns such as 'frechet_n300', at the steps of measurement.
    """
    columns = with_qualities(record.columns(), record.qualities())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    table = zip(*columns.values(), strict=True)
    writer.writerows([f"{value:.9g}" if value == value else "" for value in row] for row in table)
    return out.getvalue().encode()


def with_qualities(
    columns: Mapping[str, NDArray[Any]], rows: Sequence[Row]
) -> dict[str, NDArray[Any]]:
    """The columns with the scores of all rows appended; a step that they lack becomes a row."""
    measured = columns_of(rows)
    at = measured.pop("step")
    steps = np.union1d(columns["step"], at)
    if not measured:
        return dict(columns)
    out: dict[str, NDArray[Any]] = {"step": steps}
    for there, some in ((columns["step"], columns), (at, measured)):
        for name, values in some.items():
            if name != "step":
                out[name] = np.full(len(steps), np.nan)
                out[name][np.searchsorted(steps, there)] = values
    return out


def grid_png(record: RunFolder, step: int | None = None) -> bytes:
    """The pictures of the fixed z at a step, or the newest, as one PNG."""
    found = record.sample(step)
    if found is None or not found[1].startswith(PNG):
        raise RunError(f"{record.id} has no pictures yet")
    return found[1]


def superres_network(record: RunFolder) -> bytes:
    """The file of weights of a super-resolution run, as `upscale --method` takes it."""
    if not record.network.is_file():
        raise RunError(f"{record.id} has left no network yet: let it train for a few seconds")
    return record.network.read_bytes()


def generator_file(record: RunFolder) -> bytes:
    """The run's G, averaged if it is, with a card that says how it was trained.

    A G of MNIST is evaluated for its card, which takes a minute; any other has the quality of its
    run if that was measured at the same step. `trained.generator.load` reads the file.
    """
    return _network_file(record, with_d=False)


def players_file(record: RunFolder) -> bytes:
    """Both networks with a card but without an evaluation; `load_players` reads the file."""
    return _network_file(record, with_d=True)


def _network_file(record: RunFolder, with_d: bool) -> bytes:
    from ganlab.evaluation.classifier import REFERENCE_DATA, is_there
    from ganlab.evaluation.report import evaluate
    from ganlab.trained.generator import load
    from ganlab.training.checkpoint import (  # torch, which the other files do without
        load_tensors,
        to_file,
    )

    info = record.info()
    if info.kind == SUPERRES:
        return superres_network(record)
    config = record.config()
    if not record.checkpoint.exists():
        raise RunError(f"{record.id} has no checkpoint yet: let it train for a few seconds")
    tensors, stored = load_tensors(record.checkpoint)
    prefixes = ("G_mean." if config.ema else "G.", *(("D.",) if with_d else ()))
    kept = {name: tensor for name, tensor in tensors.items() if name.startswith(prefixes)}
    changed = config.difference(preset(info.preset)) if info.preset in table(Preset) else {}
    options = "".join(f" --set {path}={mine}" for path, (mine, _) in changed.items())
    card = {
        "what": f"{config.network.name} on {config.data.name}, "
        + ("the averaged G" if config.ema else "G itself")
        + (" and its D" if with_d else ""),
        "data": find(Data, config.data.name).summary,
        "config": config.to_json(),
        "seed": config.seed,
        "steps": int(stored["step"]),
        "seconds": round(float(stored["seconds"])),
        "hardware": _hardware(record),
        "command": f"python -m ganlab train {info.preset or 'FILE.json'}{options}"
        + _whereabouts(record),
    }
    # Digits of other hands than the reference's are measured against their own, below.
    if config.data.name == REFERENCE_DATA and is_there() and not with_d:
        card["quality"] = evaluate(load(record.checkpoint))
    if info.quality.get("step") == stored["step"]:
        card["measured"] = info.quality
    return to_file(kept, {"config": config.to_json(), "card": card})


def _hardware(record: RunFolder) -> str:
    """The device on which the run was last trained, and the CPU threads if they were written."""
    facts = record.facts()
    name = facts.get("device_name") or facts.get("device") or "unknown"
    threads = facts.get("threads")
    return name + (f", {threads} thread{'s' * (threads != 1)}" if threads else "")


def _whereabouts(record: RunFolder) -> str:
    """The options with which `train` uses the same device and number of threads."""
    facts = record.facts()
    device, threads = facts.get("device"), facts.get("threads", 1)
    return (f" --device {device}" if device else "") + (
        f" --threads {threads}" if threads != 1 else ""
    )
