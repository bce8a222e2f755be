"""Whole states of a run at some of its steps, thinned evenly, for a branch that starts there.

Every step between two of them is reached by training again from the earlier one: a run's streams
and interventions are stored, so the way is the same.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from ganlab.errors import CheckpointError
from ganlab.jobs.folder import RunFolder
from ganlab.paths import STATES

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
USUAL = 3
"""With fewer a run says so."""


class KeptStates:
    """The worker's side: it offers states, and some of them are kept, as many as there is room."""

    def __init__(self, record: RunFolder) -> None:
        self._record = record
        self._gap = 1
        self._due = -1e9
        self.asked: Callable[[int], bool] = lambda step: False
        """Whether the run's configuration asks for the state of a step: such states stay."""
        self.words = ""
        """One sentence where states are so large that few or none are kept."""

    def offer(self, step: int, save: Callable[[Path], None]) -> bool:
        """Have the state of that step saved if it is time for one; whether it was."""
        now = time.monotonic()
        if now < self._due:
            return False
        steps = kept_steps(self._record)
        last = steps[-1] if steps else -self._gap
        if step - last < self._gap:
            return False
        size = self._expected_size(steps)
        if size and self._most(size, steps) < 1:
            self._tell(size, self._most(size, steps))
            return False
        folder(self._record).mkdir(exist_ok=True)
        save(state_file(self._record, step))
        done = time.monotonic()
        self._due = done + max(SECONDS, (done - now) / SHARE)
        steps.append(step)
        size, own = self._size(step), self._own(steps)
        most = self._most(size, steps)
        self._tell(size, most)
        if len(own) > most:
            self._gap = max(self._gap, 2 * (own[-1] - own[0]) // len(own))
            self._drop(surplus(own, most))
        return True

    def keep(self, step: int, save: Callable[[Path], None]) -> None:
        """Keep the state of that step, which is asked for; every other goes if they fill the disk.

        A run of many epochs keeps states further apart, rather than end for want of room.
        """
        size = self._expected_size(kept_steps(self._record))
        if size > ASKED_BYTES:
            self._tell(size, 0)
            return
        folder(self._record).mkdir(exist_ok=True)
        save(state_file(self._record, step))
        asked = [one for one in kept_steps(self._record) if self.asked(one)]
        most = ASKED_BYTES // self._size(step)
        if len(asked) > most:
            self._tell(self._size(step), most)
            self._drop(asked[:-1:2] if most else asked)

    def give_way(self) -> bool:
        """Drop half of the states, those that nobody asked for first; whether there were any."""
        steps = kept_steps(self._record)
        found = self._own(steps) or steps
        if found:
            self._drop(surplus(found, len(found) // 2))
            self.words = "Its disk budget is used up: kept states make way, and branches start"
            self.words += " from fewer steps."
        return bool(found)

    def forget_after(self, step: int) -> None:
        """Drop the states beyond step."""
        self._drop([one for one in kept_steps(self._record) if one > step])

    def _own(self, steps: Iterable[int]) -> list[int]:
        """Those that nobody asked for."""
        return [one for one in steps if not self.asked(one)]

    def _most(self, size: int, steps: Sequence[int]) -> int:
        """How many of its own states a run may keep besides those asked for, among steps."""
        asked = len(steps) - len(self._own(steps))
        return max(0, min(KEPT, ROOM_BYTES // size - asked))

    def _size(self, step: int) -> int:
        return max(1, state_file(self._record, step).stat().st_size)

    def _expected_size(self, steps: Sequence[int]) -> int:
        """Bytes of the newest state or of the checkpoint, which is as large; 0 without any."""
        known = [state_file(self._record, one) for one in steps[-1:]] + [self._record.checkpoint]
        for path in known:
            with contextlib.suppress(OSError):
                return path.stat().st_size
        return 0

    def _tell(self, size: int, most: int) -> None:
        if most < USUAL and ROOM_BYTES // size < USUAL:
            kept = ("none is", "one is", "two are")[most]
            self.words = f"A state takes {size / 2**20:,.0f} MB: {kept} kept for branches besides"
            self.words += " the checkpoint."

    def _drop(self, steps: Iterable[int]) -> None:
        for one in steps:
            state_file(self._record, one).unlink(missing_ok=True)


def surplus(steps: Sequence[int], most: int) -> list[int]:
    """Which of the ascending steps go so that at most so many stay, evenly and with both ends.

    Of one the newest stays.
    """
    kept = list(steps)
    while len(kept) > max(most, 1):
        del kept[1:-1:2]
        if most < 2:
            del kept[0]
    return [one for one in steps if most < 1 or one not in kept]


def folder(record: RunFolder) -> Path:
    """Where a run keeps its states."""
    return record.folder / STATES


def kept_steps(record: RunFolder) -> list[int]:
    """The steps whose states are kept, ascending."""
    with contextlib.suppress(OSError):
        found = folder(record).glob("*.safetensors")
        return sorted(int(path.stem) for path in found if path.stem.isdigit())
    return []


def nearest(record: RunFolder, step: int) -> Path | None:
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


def state_file(record: RunFolder, step: int) -> Path:
    """Where the state of a step is kept."""
    return folder(record) / f"{step:010d}.safetensors"
