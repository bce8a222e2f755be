"""One run's folder: what anybody may read of it, and the commands that anybody may give."""

import json
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.errors import StoreError
from ganlab.jobs.database import SCHEMA, connect, speaking, transaction
from ganlab.jobs.info import GAN, SUPERRES, RunInfo
from ganlab.jobs.quality_history import Row, read_rows, write_row
from ganlab.presets.superres import of_plan


@dataclass(frozen=True)
class Event:
    """Something that happened to a run."""

    id: int
    at: float
    step: int
    kind: str
    """knob, move, state or note."""
    text: str


class RunFolder:
    """A run's folder under the store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.database = folder / "run.db"
        self.checkpoint = folder / "checkpoint.safetensors"
        self.network = folder / "network.safetensors"
        """What a super-resolution run leaves for use."""
        self.start = folder / "start.safetensors"
        """The weights that such a run goes on from, if from any."""
        self.log = folder / "worker.log"

    # --- reading ----------------------------------------------------------------------------------

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection for a moment; SQLite's complaints come out as StoreError or DiskFull."""
        with speaking(self.database), closing(connect(self.database)) as connection:
            yield connection

    def facts(self) -> dict[str, Any]:
        """Every fact by name."""
        with self.open() as connection:
            rows = connection.execute("SELECT name, value FROM fact").fetchall()
        try:
            return {name: json.loads(value) for name, value in rows}
        except ValueError as error:
            raise StoreError(f"{self.id} is damaged and cannot be read ({error}): delete it") from (
                error
            )

    def info(self) -> RunInfo:
        """The run in one line; a run that should have a worker and has none is 'lost'."""
        facts = self.facts()
        try:
            info = RunInfo.from_facts(self.id, facts)
        except KeyError as error:
            raise StoreError(f"{self.id} is damaged: it has no {error.args[0]}") from error
        if info.state not in ("preparing", "running", "paused") or self.is_alive():
            return info
        words = "The worker ended without a word, as when it is killed or memory runs out."
        if self.checkpoint.exists():
            words += f" Resume goes on from step {facts.get('checkpoint_step', 0)}."
        else:
            words += " It left no checkpoint, so Resume starts again."
        return replace(info, state="lost", words=words)

    def config(self, facts: Mapping[str, Any] | None = None) -> RunConfig:
        """The configuration in these facts, or the one in force.

        Super-resolution once stored another kind of configuration, and its network had the size of
        the weights that it went on from.
        """
        facts = self.facts() if facts is None else facts
        stored = facts["config"]
        if facts.get("kind", GAN) != SUPERRES or "network" in stored:
            return RunConfig.from_json(stored)
        if not self.start.is_file():
            return of_plan(stored)
        from ganlab.training.superres_files import fitted  # torch, which most readers do without

        return fitted(of_plan(stored), self.start)

    def columns(self, after: int = -1) -> dict[str, NDArray[Any]]:
        """Metrics by name with 'step' and 'seconds', for the steps beyond `after`."""
        with self.open() as connection:
            names = json.loads(_fact(connection, "columns") or "[]")
            rows = connection.execute(
                "SELECT step, seconds, row FROM metric WHERE step > ? ORDER BY step", (after,)
            ).fetchall()
        # A row that was written before a metric was added is shorter than its neighbours.
        missing = np.full(len(names), np.nan, "<f4").tobytes()
        blob = b"".join(row[2] + missing[len(row[2]) :] for row in rows)
        table = np.frombuffer(blob, dtype="<f4").reshape(len(rows), len(names))
        out: dict[str, NDArray[Any]] = {
            "step": np.array([row[0] for row in rows], dtype=np.int64),
            "seconds": np.array([row[1] for row in rows], dtype=np.float64),
        }
        return out | {name: table[:, k] for k, name in enumerate(names)}

    def members(self, after: int = -1) -> dict[str, NDArray[Any]]:
        """Of a run that holds several GANs: 'step' (R,) and by name (R, E), NaN if not measured.

        {} for any other run.
        """
        with self.open() as connection:
            names = json.loads(_fact(connection, "member_columns") or "[]")
            if not names:
                return {}
            query = "SELECT step, row FROM member WHERE step > ? ORDER BY step"
            rows = connection.execute(query, (after,)).fetchall()
            count = len(json.loads(_fact(connection, "variants") or "[]"))
        table = np.frombuffer(b"".join(row for _, row in rows), dtype="<f4")
        table = table.reshape(len(rows), count, len(names))
        out: dict[str, NDArray[Any]] = {"step": np.array([row[0] for row in rows], dtype=np.int64)}
        return out | {name: table[:, :, k] for k, name in enumerate(names)}

    def qualities(self) -> list[Row]:
        """What was found each time that the run's pictures were measured, by step and then N."""
        with self.open() as connection:
            return read_rows(connection)

    def events(self) -> list[Event]:
        """All that happened, oldest first."""
        with self.open() as connection:
            rows = connection.execute("SELECT id, at, step, kind, text FROM event ORDER BY id")
            return [Event(*row) for row in rows]

    def interventions(self) -> list[dict[str, Any]]:
        """All that was turned or moved by hand, as `training.tick.Intervention.to_json` writes."""
        kinds = ("knob", "move")
        return [json.loads(one.text) for one in self.events() if one.kind in kinds]

    def sample_steps(self) -> list[int]:
        """The steps of which there are samples, oldest first."""
        with self.open() as connection:
            return [row[0] for row in connection.execute("SELECT step FROM sample ORDER BY step")]

    def sample(self, step: int | None = None) -> tuple[int, bytes] | None:
        """The sample at a step, or the newest: (step, data); None if there is none."""
        which = "ORDER BY step DESC LIMIT 1" if step is None else "WHERE step = ?"
        with self.open() as connection:
            query = f"SELECT step, data FROM sample {which}"
            return connection.execute(query, () if step is None else (step,)).fetchone()

    def disk_bytes(self) -> int:
        """How much room the folder takes. Files that vanish meanwhile, as SQLite's do, are none."""
        used = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with suppress(FileNotFoundError):
                    used += (Path(folder) / name).stat().st_size
        return used

    # --- whether a worker lives -------------------------------------------------------------------

    def lock(self) -> FileLock:
        """The lock that the run's worker holds as long as it lives."""
        return FileLock(self.folder / "worker.lock")

    def is_alive(self) -> bool:
        """Whether a worker holds the run's lock."""
        if not (self.folder / "worker.lock").exists():
            return False
        lock = self.lock()
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False

    # --- what anybody may do ----------------------------------------------------------------------

    def command(self, verb: str, **argument: Any) -> int:
        """Ask the worker for something; the number under which it will answer."""
        with self.open() as connection:
            cursor = connection.execute(
                "INSERT INTO command (at, verb, argument) VALUES (?, ?, ?)",
                (time.time(), verb, json.dumps(argument)),
            )
            return int(cursor.lastrowid or 0)

    def answer(self, number: int) -> str | None:
        """What the worker answered to a command: '' is yes, text is why not, None is not yet."""
        with self.open() as connection:
            row = connection.execute(
                "SELECT answer FROM command WHERE id = ?", (number,)
            ).fetchone()
        return row[0] if row else None

    def extend_budget(self, more_steps: int = 0) -> None:
        """Give an ended run more_steps beyond where it stands; as many again if none are left."""
        info = self.info()
        if not more_steps and info.step < info.steps:
            return
        # The horizon of a decay moves with the budget, as for a run planned this long.
        longer = info.step + (more_steps or info.steps)
        self.set_facts(config=info.config | {"steps": longer, "seconds": 0.0})

    def drop_commands(self) -> None:
        """Answer what nobody answered, so that a later worker does not obey old commands."""
        with self.open() as connection:
            connection.execute("UPDATE command SET answer = 'It had ended.' WHERE answer IS NULL")

    def set_facts(self, **facts: Any) -> None:
        """Write facts in one transaction."""
        with self.open() as connection, transaction(connection):
            write_facts(connection, facts)

    def keep_quality(self, quality: dict[str, Any]) -> None:
        """Make this the quality of the run, and a row of its history."""
        with self.open() as connection:
            connection.executescript(SCHEMA)  # the table may have come after the run
            with transaction(connection):
                write_facts(connection, {"quality": quality})
                write_row(connection, quality)

    def remove(self) -> None:
        """Delete the folder and all in it.

        It gets another name first: SQLite makes new files for a database that somebody reads.
        """
        grave = self.folder.with_name(f".{self.id}.{secrets.token_hex(4)}")
        try:
            self.folder.rename(grave)
            shutil.rmtree(grave)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{self.id} could not be deleted ({error.strerror})") from error


def write_facts(connection: sqlite3.Connection, facts: dict[str, Any]) -> None:
    """Insert or replace facts inside the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO fact VALUES (?, ?)",
        [(name, json.dumps(value)) for name, value in facts.items()],
    )


def _fact(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None
