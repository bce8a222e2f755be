"""Steps at which something happens: settings change, a player moves alone, a run is shown.

Learning rates and their decay are in `optimizers`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ganlab.config import RunConfig
from ganlab.training.tick import MOVE, Intervention


class Schedule:
    """What is still to be done of a run's script, and the steps at which it pauses."""

    def __init__(self, script: Iterable[Intervention] = ()) -> None:
        entries = sorted(script, key=lambda one: one.step)
        self._changes = [one for one in entries if one.name != MOVE]
        self._alone = {one.step: str(one.new) for one in entries if one.name == MOVE}
        self.breakpoints: set[int] = set()
        """Steps at which a tick ends, so that whoever drives can do something just there."""

    def due(self, step: int) -> list[Intervention]:
        """Take the settings that are to have changed by this step."""
        due = [one for one in self._changes if one.step <= step]
        self._changes = self._changes[len(due) :]
        return due

    def mover(self, step: int) -> str:
        """Take who moves alone at this step, 'D' or 'G'; '' if nobody does."""
        return self._alone.pop(step, "")

    def next_change(self, step: int, latest: int) -> int:
        """Where steps must end for the next setting that changes, at most `latest`."""
        return min([latest, *(one.step for one in self._changes if one.step > step)])

    def next_border(self, step: int, latest: int) -> int:
        """Where a tick must end for a breakpoint or a player that moves alone, at most `latest`."""
        borders = self.breakpoints | set(self._alone)
        return min([latest, *(border for border in borders if border > step)])


@dataclass(frozen=True)
class Milestones:
    """Steps at which a run is shown or kept, whatever the clock says.

    They are distances in steps, counted from the run's beginning; 0 is never.
    """

    shown: int = 0
    """Between two snapshots."""
    kept: tuple[int, ...] = ()
    """Between two whole states that stay; each distance has states of its own."""

    def next(self, step: int, latest: int) -> int:
        """Where steps must end for the next milestone, at most `latest`."""
        spans = [span for span in (self.shown, *self.kept) if span]
        return min([latest, *((step // span + 1) * span for span in spans)])

    def shows(self, step: int) -> bool:
        """Whether there is to be a snapshot of this step."""
        return _hits(step, self.shown)

    def keeps(self, step: int) -> bool:
        """Whether the state of this step is to stay."""
        return any(_hits(step, span) for span in self.kept)


def milestones(config: RunConfig, count: int) -> Milestones:
    """Those that the configuration asks for; count is that of real samples, 0 without epochs."""
    epoch = config.epoch(count)
    return Milestones(config.show_epochs * epoch, (config.keep_every, config.keep_epochs * epoch))


def _hits(step: int, span: int) -> bool:
    return bool(span) and step > 0 and step % span == 0
