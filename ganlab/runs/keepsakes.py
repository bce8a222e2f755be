"""Whole states of a run at some of its steps, thinned evenly, for a branch that starts there.

Every step between two of them is reached by training again from the earlier one: a run's streams
and interventions are stored, so the way is the same.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from ganlab.errors import CheckpointError
from ganlab.runs.record import Record

KEPT = 20
"""States that a run keeps at most. On points each takes about 1 MB."""
ROOM_BYTES = 192 * 2**20
"""What all states of a run may take together; of large networks fewer are kept."""
ASKED_BYTES = 256 * 2**20
"""What those may take that a configuration asks for."""
SECONDS = 2.0
"""No two are kept sooner after one another."""
SHARE = 0.01
"""Of the time that may go into keeping: large networks are kept more seldom."""


class Keepsakes:
    """The worker's side: it offers states, and some of them are kept."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._gap = 1
        self._due = -1e9
        self.asked: Callable[[int], bool] = lambda step: False
        """Whether the run's configuration asks for the state of a step: such states stay."""

    def offer(self, step: int, save: Callable[[Path], None]) -> bool:
        """Have the state of that step saved if it is time for one; whether it was."""
        now = time.monotonic()
        if now < self._due:
            return False
        steps = kept_steps(self._record)
        last = steps[-1] if steps else -self._gap
        if step - last < self._gap:
            return False
        folder(self._record).mkdir(exist_ok=True)
        save(state_file(self._record, step))
        done = time.monotonic()
        self._due = done + max(SECONDS, (done - now) / SHARE)
        steps.append(step)
        own = [one for one in steps if not self.asked(one)]
        asked = len(steps) - len(own)
        most = min(KEPT, self._fit(step, ROOM_BYTES) - asked)
        if len(own) > max(1 if asked else 3, most):
            self._gap = max(self._gap, 2 * (own[-1] - own[0]) // len(own))
            self._drop(own[1:-1:2])
        return True

    def keep(self, step: int, save: Callable[[Path], None]) -> None:
        """Keep the state of that step, which is asked for; every other goes if they fill the disk.

        A run of many epochs keeps states further apart, rather than end for want of room.
        """
        folder(self._record).mkdir(exist_ok=True)
        save(state_file(self._record, step))
        asked = [one for one in kept_steps(self._record) if self.asked(one)]
        if len(asked) > max(1, self._fit(step, ASKED_BYTES)):
            self._drop(asked[:-1:2])

    def forget_after(self, step: int) -> None:
        """Drop the states beyond step."""
        self._drop([one for one in kept_steps(self._record) if one > step])

    def _fit(self, step: int, room: int) -> int:
        """How many states of the size of that step's fit into the room."""
        return room // max(state_file(self._record, step).stat().st_size, 1)

    def _drop(self, steps: Iterable[int]) -> None:
        for one in steps:
            state_file(self._record, one).unlink(missing_ok=True)


def folder(record: Record) -> Path:
    """Where a run keeps its states."""
    return record.folder / "states"


def kept_steps(record: Record) -> list[int]:
    """The steps whose states are kept, ascending."""
    with contextlib.suppress(OSError):
        found = folder(record).glob("*.safetensors")
        return sorted(int(path.stem) for path in found if path.stem.isdigit())
    return []


def nearest(record: Record, step: int) -> Path | None:
    """The newest whole state that is not beyond step, the run's checkpoint among them; or None."""
    found = [(one, state_file(record, one)) for one in kept_steps(record) if one <= step]
    if record.checkpoint.is_file():
        with contextlib.suppress(CheckpointError):
            found.append((int(stored_facts(record.checkpoint)["step"]), record.checkpoint))
    return max(((at, path) for at, path in found if at <= step), default=(0, None))[1]


def stored_facts(path: Path) -> dict[str, Any]:
    """What a checkpoint says of itself, its configuration and its step, without its tensors.

    Raises CheckpointError if it cannot be read.
    """
    try:
        with safe_open(str(path), framework="numpy") as file:
            return json.loads((file.metadata() or {})["facts"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise CheckpointError(f"{path.name} is no whole checkpoint ({error})") from error


def state_file(record: Record, step: int) -> Path:
    """Where the state of a step is kept."""
    return folder(record) / f"{step:010d}.safetensors"
