"""A run's metrics in memory, thinned evenly, so that a diagnosis costs the same after an hour."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 4000
"""More rows than this are halved."""


class History:
    """Every k-th row of a run's metrics; k doubles when there are too many."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._rows: list[tuple[float, ...]] = []
        self._every = 1
        self._seen = 0

    def add(self, step: int, scalars: Mapping[str, float]) -> None:
        """One more row; it may be one of those that are left out."""
        if self._seen % self._every == 0:
            nan = float("nan")
            self._rows.append((step, *(float(scalars.get(name, nan)) for name in self._names)))
        self._seen += 1
        if len(self._rows) > ROWS:
            self._rows = self._rows[::2]
            self._every *= 2

    def forget_after(self, step: int) -> None:
        """Drop the rows beyond step: the run has gone back there."""
        self._rows = [row for row in self._rows if row[0] <= step]
        self._seen = len(self._rows) * self._every

    def extend(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Add stored rows, as a resumed run finds them."""
        for row, step in enumerate(columns["step"]):
            scalars = {name: columns[name][row] for name in self._names if name in columns}
            self.add(int(step), scalars)

    def columns(self) -> dict[str, NDArray[Any]]:
        """The rows as arrays by name, with 'step'."""
        table = np.array(self._rows, dtype=np.float64).reshape(-1, 1 + len(self._names))
        out = {"step": table[:, 0].astype(np.int64)}
        return out | {name: table[:, k + 1] for k, name in enumerate(self._names)}
