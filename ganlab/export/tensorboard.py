"""Runs as TensorBoard's event files."""

import contextlib
import io
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.errors import RunError, StoreError
from ganlab.export.comparison import Compared


def event_files(runs: Iterable[Compared]) -> bytes:
    """A ZIP with one folder a run; unpack it and open it with `tensorboard --logdir`.

    Raises RunError if the package tensorboard is not there.
    """
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as home, zipfile.ZipFile(out, "w") as archive:
        for run in runs:
            for path in sorted(write_events(run, Path(home)).iterdir()):
                archive.write(path, f"{run.info.id}/{path.name}", zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write_events(run: Compared, home: Path) -> Path:
    """Write the run's events into a new folder of its name below home; that folder.

    TensorBoard reads all files of a folder as one run: one that is there already is not added to.
    Raises RunError for that, or if the package tensorboard is not there; StoreError where the
    folder cannot be made.
    """
    try:
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as error:
        raise RunError(
            "event files need the package tensorboard: pip install tensorboard"
        ) from error
    events: Any = event_pb2  # its classes are made at run time, from a descriptor
    summaries: Any = summary_pb2
    folder = home / run.info.id
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise RunError(f"{folder} is there already: remove it, or choose another folder") from None
    except OSError as error:
        raise StoreError(f"{folder} cannot be made ({error.strerror})") from error
    names = run.metrics
    times = run.info.created + run.columns["seconds"]
    with contextlib.closing(EventFileWriter(str(folder))) as writer:
        for row, (step, at) in enumerate(zip(run.columns["step"], times, strict=True)):
            values = [
                summaries.Summary.Value(tag=name, simple_value=float(run.columns[name][row]))
                for name in names
                if np.isfinite(run.columns[name][row])
            ]
            summary = summaries.Summary(value=values)
            writer.add_event(events.Event(wall_time=float(at), step=int(step), summary=summary))
    return folder
