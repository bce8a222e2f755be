"""What a worker writes into its run's database, a transaction at a time."""

import sqlite3
import struct
import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.jobs.database import SCHEMA, connect, speaking, transaction
from ganlab.jobs.folder import RunFolder, write_facts
from ganlab.jobs.quality_history import write_row

KEPT = 240
"""Samples that a run keeps, evenly spread over its steps."""


class Recorder:
    """The worker's open connection to its run."""

    def __init__(self, record: RunFolder, columns: Iterable[str]) -> None:
        self._path = record.database
        self._stride = 1
        self._seen_version = -1
        self.recent = 1
        self.milestone = 0
        """Samples at its multiples stay, up to half of those that are kept; 0 has none."""
        # Rows that are there keep their order; what a newer ganlab measures comes behind.
        self._columns: tuple[str, ...] = tuple(record.facts().get("columns", []))
        self._connection = connect(record.database)
        with speaking(self._path):
            self._connection.executescript(SCHEMA)  # tables that came after the run began
        self.measure(columns)

    def measure(self, more: Iterable[str]) -> None:
        """Add columns behind those there are; rows without a value for them hold NaN."""
        columns = tuple(dict.fromkeys([*self._columns, *more]))
        if columns != self._columns:
            self._columns = columns
            self.write(facts={"columns": list(columns)})

    def write(
        self,
        *,
        facts: Mapping[str, Any] | None = None,
        metric: tuple[int, float, Mapping[str, float]] | None = None,
        members: tuple[int, NDArray[Any]] | None = None,
        sample: tuple[int, bytes] | None = None,
        events: Iterable[tuple[int, str, str]] = (),
        quality: Mapping[str, Any] | None = None,
    ) -> None:
        """Write all that is given, or nothing.

        members are (step, table (E, columns)); events are (step, kind, text); quality becomes a row
        of the run's history.
        """
        with speaking(self._path), transaction(self._connection) as connection:
            if metric:
                step, seconds, scalars = metric
                values = [scalars.get(name, float("nan")) for name in self._columns]
                row = struct.pack(f"<{len(values)}f", *values)
                connection.execute(
                    "INSERT OR REPLACE INTO metric VALUES (?, ?, ?)", (step, seconds, row)
                )
            if members:
                table = np.ascontiguousarray(members[1], dtype="<f4")
                connection.execute(
                    "INSERT OR REPLACE INTO member VALUES (?, ?)", (members[0], table.tobytes())
                )
            if sample:
                self._write_sample(connection, *sample)
            for step, kind, text in events:
                connection.execute(
                    "INSERT INTO event (at, step, kind, text) VALUES (?, ?, ?, ?)",
                    (time.time(), step, kind, text),
                )
            if quality:
                write_row(connection, quality)
            if facts:
                write_facts(connection, dict(facts))

    def commands(self) -> list[tuple[int, str, str]]:
        """Commands without an answer: (number, verb, argument). Almost free if none came."""
        with speaking(self._path):
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version == self._seen_version:
                return []
            self._seen_version = version
            query = "SELECT id, verb, argument FROM command WHERE answer IS NULL ORDER BY id"
            return self._connection.execute(query).fetchall()

    def answer(self, number: int, answer: str) -> None:
        """Answer a command: '' for done, a sentence for why not."""
        with speaking(self._path):
            self._connection.execute("UPDATE command SET answer = ? WHERE id = ?", (answer, number))

    def forget_after(self, step: int) -> bool:
        """Drop what was written beyond step, which no checkpoint holds; whether there was any."""
        with speaking(self._path), transaction(self._connection) as connection:
            dropped = 0
            for table in ("metric", "member", "sample", "quality", "event"):
                dropped += connection.execute(
                    f"DELETE FROM {table} WHERE step > ?", (step,)
                ).rowcount
            # A setting changed at the step is part of its state; a move made from there is not.
            connection.execute("DELETE FROM event WHERE kind = 'move' AND step >= ?", (step,))
        return dropped > 0

    def settle(self) -> None:
        """Write SQLite's log back into the file, so that nothing is on the disk twice."""
        with speaking(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def give_way(self) -> bool:
        """Drop half of the samples and give their room back; False if there are none to spare."""
        with speaking(self._path):
            with transaction(self._connection) as connection:
                count = _number(connection, "SELECT count(*) FROM sample")
                least = self.recent + 1
                if count <= least:
                    return False
                while _number(connection, "SELECT count(*) FROM sample") > max(count // 2, least):
                    self._stride *= 2
                    self.milestone *= 2
                    self._thin(connection)
            self._connection.execute("VACUUM")
        self.settle()
        return True

    def close(self) -> None:
        """Let go of the database."""
        with speaking(self._path):
            self._connection.close()

    def _write_sample(self, connection: sqlite3.Connection, step: int, data: bytes) -> None:
        """Keep one sample a stride and the newest; the stride doubles when there are too many.

        Of the newest, `recent` stay: pages that look twice a second get all between two looks.
        """
        connection.execute("INSERT OR REPLACE INTO sample VALUES (?, ?)", (step, data))
        at_milestones = "SELECT count(*) FROM sample WHERE step > 0 AND step % ? = 0"
        while self.milestone and _number(connection, at_milestones, self.milestone) > KEPT // 2:
            self.milestone *= 2
        self._thin(connection)
        while _number(connection, "SELECT count(*) FROM sample") > KEPT:
            self._stride *= 2
            self._thin(connection)

    def _thin(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "DELETE FROM sample WHERE step < (SELECT min(step) FROM "
            "(SELECT step FROM sample ORDER BY step DESC LIMIT :recent)) AND step NOT IN "
            "(SELECT min(step) FROM sample GROUP BY step / :stride)"
            "AND NOT (:milestone > 0 AND step > 0 AND step % max(:milestone, 1) = 0)",
            {"recent": self.recent, "stride": self._stride, "milestone": self.milestone},
        )


def _number(connection: sqlite3.Connection, query: str, *values: int) -> int:
    return connection.execute(query, values).fetchone()[0]
