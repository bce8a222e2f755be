"""What is to happen at certain steps of a run: knobs turned, players moved alone, rests."""

from collections.abc import Iterable

from ganlab.training.tick import MOVE, Intervention


class Schedule:
    """The script of a run that is still ahead, and the steps at which it halts."""

    def __init__(self, script: Iterable[Intervention] = ()) -> None:
        entries = sorted(script, key=lambda one: one.step)
        self._changes = [one for one in entries if one.name != MOVE]
        self._alone = {one.step: str(one.new) for one in entries if one.name == MOVE}
        self.breakpoints: set[int] = set()
        """Steps at which a tick ends, so that whoever drives can do something just there."""

    def due(self, step: int) -> list[Intervention]:
        """Take the knobs that are to be turned by this step."""
        due = [one for one in self._changes if one.step <= step]
        self._changes = self._changes[len(due) :]
        return due

    def mover(self, step: int) -> str:
        """Take who moves alone at this step, 'D' or 'G'; '' if nobody does."""
        return self._alone.pop(step, "")

    def next_change(self, step: int, wanted: int) -> int:
        """Where steps must end for the next knob, at most `wanted`."""
        return min([wanted, *(one.step for one in self._changes if one.step > step)])

    def next_border(self, step: int, wanted: int) -> int:
        """Where a tick must end for a halt or for somebody who moves alone, at most `wanted`."""
        borders = self.breakpoints | set(self._alone)
        return min([wanted, *(border for border in borders if border > step)])
