"""A run's database: one SQLite file that any process can open and that survives any kill.

Only the worker writes metrics, samples, events and facts; everybody else only inserts commands.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganlab.errors import DiskFull, StoreError

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS metric (
    step INTEGER PRIMARY KEY, seconds REAL NOT NULL, row BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS member (step INTEGER PRIMARY KEY, row BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sample (step INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS quality (
    step INTEGER NOT NULL, n INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY (step, n));
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, step INTEGER NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS command (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, verb TEXT NOT NULL,
    argument TEXT NOT NULL, answer TEXT);
"""
"""fact: JSON by name; metric.row: float32 in the order of the fact 'columns'.

member.row, of a run that holds many GANs: float32 (E, columns) in that of 'member_columns'.
quality.row: JSON, see `ganlab.jobs.quality_history`.
"""


def connect(path: Path, create: bool = False) -> sqlite3.Connection:
    """Open the database at path for reading and writing.

    Raises StoreError if it is not there or is no database.
    """
    if not create and not path.is_file():
        raise StoreError(f"{path.parent.name} holds no run: its database is missing")
    with speaking(path):
        connection = sqlite3.connect(path, timeout=10.0, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint=400")
            if create:
                connection.executescript(SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing: commit at the end, roll back on any error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")  # it too can find the disk full
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_TRY = "check its permissions, or name another folder in GANLAB_HOME"


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say about path into one of our sentences."""
    name = path.parent.name
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text:
            raise DiskFull(f"the disk is full: {name} cannot be written, free some room") from error
        if "locked" in text or "busy" in text:
            raise StoreError(f"{name} is busy: another process keeps writing it") from error
        if "no such" in text:
            raise StoreError(f"{name} is damaged and cannot be read ({text}): delete it") from error
        raise StoreError(f"{path.parent} cannot be opened ({text}): {_TRY}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{name} is damaged and cannot be read ({error}): delete it") from error
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be used ({error.strerror}): {_TRY}") from error
