"""What the worker of a run on points does besides training: it can be played with.

A watched run takes pictures ten times a second (four, where they are costly), measures how far G
is from the data once a second, keeps states for branches, can be slowed down and taken back.
"""

import time
from dataclasses import replace

from ganlab.checkpoint import save_run
from ganlab.runs.attention import is_watched
from ganlab.runs.keepsakes import Keepsakes
from ganlab.runs.record import Record
from ganlab.runs.rewind import Rewind
from ganlab.training.loop import Training
from ganlab.training.state import is_points

SCORES: tuple[str, ...] = ("js", "kl", "modes", "high_quality", "covered", "on_curve")
"""Columns that a run on points has besides those of every run."""
SCORE_SECONDS = 1.0
WATCHED_SNAPSHOTS = 0.1
"""Seconds between two pictures of points while somebody looks: a canvas plays them all."""
WATCHED_GRIDS = 0.25
"""Seconds between two grids of pictures while somebody looks: a page shows two a second."""
RECENT = 24
"""Newest pictures that stay whatever happens: more than two seconds of them."""
LEFT_SECONDS = 180.0
"""A paused run that nobody looks at holds its worker no longer."""
SLOWEST, FASTEST = 0.1, 10_000.0
"""Steps a second that a viewer may ask for."""


class Throttle:
    """An upper limit of steps a second; 0 is none."""

    def __init__(self) -> None:
        self.rate = 0.0
        self._due = 0.0

    def limit(self, rate: float) -> None:
        """At most that many steps a second from now on; 0 lets go. ValueError if out of range."""
        if rate and not SLOWEST <= rate <= FASTEST:
            raise ValueError(f"steps a second must be {SLOWEST} to {FASTEST:g}, or 0 for no limit")
        self.rate, self._due = rate, 0.0

    def is_early(self, now: float) -> bool:
        """Whether the next steps must wait."""
        return bool(self.rate) and now < self._due

    def steps(self, now: float) -> int | None:
        """How many steps to make now, so that ten ticks a second make the rate; None: any."""
        if not self.rate:
            return None
        count = max(1, round(self.rate * WATCHED_SNAPSHOTS))
        self._due = max(self._due, now - WATCHED_SNAPSHOTS) + count / self.rate
        return count


class Playing:
    """The means of play of one worker."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._pace = 0.0
        self._alone_since = time.monotonic()
        self._scored_at = -1e9
        self.rewind = Rewind()
        self.throttle = Throttle()
        self.keepsakes = Keepsakes(record)

    def attend(self, training: Training) -> None:
        """Take pictures as often as somebody looks."""
        self._alone_since = time.monotonic()
        self._pace = self._pace or training.pace.snapshot
        watched = WATCHED_SNAPSHOTS if is_points(training.config) else WATCHED_GRIDS
        wanted = watched if is_watched(self._record.folder) else self._pace
        if training.pace.snapshot != wanted:
            training.pace = replace(training.pace, snapshot=wanted)

    def is_left(self, training: Training) -> bool:
        """Whether nobody has looked at the paused run for so long that it should make room."""
        if not is_points(training.config) or is_watched(self._record.folder, LEFT_SECONDS):
            self._alone_since = time.monotonic()
        return time.monotonic() - self._alone_since > LEFT_SECONDS

    def scores_due(self) -> bool:
        """Whether G should be measured again; if so, the next time is a second away."""
        now = time.monotonic()
        if now - self._scored_at < SCORE_SECONDS:
            return False
        self._scored_at = now
        return True

    def keep(self, training: Training) -> None:
        """Keep the present state for a branch, if it is time."""
        self.keepsakes.offer(training.state.step, lambda path: save_run(path, training.state))

    def start_again(self) -> None:
        """Forget what belonged to the run before a reset."""
        self.rewind.clear()
        self.keepsakes.forget_after(-1)
        self.keepsakes = Keepsakes(self._record)
        self._scored_at = -1e9
