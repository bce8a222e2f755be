"""Runs as TensorBoard's event files, for those who have their other experiments there."""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.errors import RunError
from ganlab.runs.comparison import Compared


def event_files(runs: Iterable[Compared]) -> bytes:
    """A ZIP with one folder a run; unpack it and open it with `tensorboard --logdir`.

    Raises RunError if the package tensorboard is not there.
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
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as home, zipfile.ZipFile(out, "w") as archive:
        for run in runs:
            folder = Path(home) / run.info.id
            writer = EventFileWriter(str(folder))
            times = run.info.created + run.columns["seconds"]
            for row, (step, at) in enumerate(zip(run.columns["step"], times, strict=True)):
                values = [
                    summaries.Summary.Value(tag=name, simple_value=float(run.columns[name][row]))
                    for name in run.metrics
                    if np.isfinite(run.columns[name][row])
                ]
                summary = summaries.Summary(value=values)
                writer.add_event(events.Event(wall_time=float(at), step=int(step), summary=summary))
            writer.close()
            for path in sorted(folder.iterdir()):
                archive.write(path, f"{run.info.id}/{path.name}", zipfile.ZIP_DEFLATED)
    return out.getvalue()
