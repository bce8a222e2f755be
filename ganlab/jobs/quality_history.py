"""The history of a run's measured quality: one row each time that its pictures were measured."""

import json
import math
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEPT = ("step", "n", "k", "features")
"""What a row holds besides its scores: a score means something only together with these."""

Row = dict[str, Any]


def row_of(quality: Mapping[str, Any]) -> Row:
    """A quality as `evaluation.quality.run_quality` gives it without its histograms, for a row."""
    scores = {k: v for k, v in quality.items() if isinstance(v, float) and math.isfinite(v)}
    return {name: quality[name] for name in KEPT if name in quality} | scores


def write_row(connection: sqlite3.Connection, quality: Mapping[str, Any]) -> None:
    """Keep a quality; one of the same step and N is replaced, and one without scores is nothing."""
    row = row_of(quality)
    if "features" in row:
        connection.execute(
            "INSERT OR REPLACE INTO quality VALUES (?, ?, ?)",
            (row["step"], row["n"], json.dumps(row)),
        )


def read_rows(connection: sqlite3.Connection) -> list[Row]:
    """All rows by step, then by N; of a run that is older than the table its newest quality."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'quality'").fetchone()
    query = "SELECT row FROM quality ORDER BY step, n"
    found = [json.loads(row) for (row,) in connection.execute(query)] if there else []
    if found:
        return found
    fact = connection.execute("SELECT value FROM fact WHERE name = 'quality'").fetchone()
    newest = row_of(json.loads(fact[0])) if fact else {}
    return [newest] if "features" in newest else []


def curves(rows: Sequence[Row], score: str) -> dict[int, NDArray[np.float64]]:
    """N to the steps and the score at them (2, R), where it was measured twice or more.

    Distances at another N are other numbers, so each N is a curve of its own; only rows in the
    features of the newest one count.
    """
    comparable = [row for row in rows if row["features"] == rows[-1]["features"] and score in row]
    found: dict[int, NDArray[np.float64]] = {}
    for n in sorted({row["n"] for row in comparable}):
        points = [(row["step"], row[score]) for row in comparable if row["n"] == n]
        if len(points) > 1:
            found[n] = np.array(points, np.float64).T
    return found


def columns_of(rows: Sequence[Row]) -> dict[str, NDArray[Any]]:
    """The scores of all rows as columns by step, such as 'frechet_n300'; NaN where there is none.

    'step' is ascending and holds each step once.
    """
    steps = np.array(sorted({row["step"] for row in rows}), np.int64)
    out: dict[str, NDArray[Any]] = {"step": steps}
    for row in rows:
        place = int(np.searchsorted(steps, row["step"]))
        for name in row:
            if name not in KEPT:
                column = out.setdefault(f"{name}_n{row['n']}", np.full(len(steps), np.nan))
                column[place] = row[name]
    return out
