"""A run's files for people: metrics as CSV, the newest grid as PNG, the training as GIF."""

import csv
import io

import numpy as np

from ganlab.errors import RunError
from ganlab.runs.record import Record
from ganlab.runs.samples import to_gif

PNG = b"\x89PNG"


def metrics_csv(record: Record) -> bytes:
    """Every stored row: step, seconds and the metrics, one column each."""
    columns = record.columns()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    table = zip(*columns.values(), strict=True)
    writer.writerows([f"{value:.9g}" if value == value else "" for value in row] for row in table)
    return out.getvalue().encode()


def grid_png(record: Record, step: int | None = None) -> bytes:
    """The pictures of the fixed z at a step, or the newest, as one PNG."""
    found = record.sample(step)
    if found is None or not found[1].startswith(PNG):
        raise RunError(f"{record.id} has no pictures yet")
    return found[1]


def training_gif(record: Record, frames: int = 120) -> bytes:
    """The same z through the training, as a looping GIF of at most `frames` pictures."""
    steps = record.sample_steps()
    if not steps:
        raise RunError(f"{record.id} has no pictures yet")
    chosen = np.unique(np.linspace(0, len(steps) - 1, min(frames, len(steps))).round().astype(int))
    return to_gif([grid_png(record, steps[index]) for index in chosen])
