"""What the worker of a run on points does besides training: it can be played with.

A watched run takes pictures ten times a second (four, where they are costly), measures how far G
is from the data once a second, keeps states for branches, can be slowed down and taken back.
"""

import time
from dataclasses import replace

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.heartbeat import is_watched
from ganlab.jobs.kept_states import KeptStates
from ganlab.jobs.undo import UndoHistory
from ganlab.training.checkpoint import save_run
from ganlab.training.comparison import Race
from ganlab.training.loop import Training
from ganlab.training.snapshots import PANES
from ganlab.training.state import is_points

SCORES: tuple[str, ...] = ("js", "kl", "modes", "high_quality", "covered", "on_curve")
"""Columns that a run on points has besides those of every run."""
SCORE_SECONDS = 1.0
WATCHED_SNAPSHOTS = 0.1
"""Seconds between two pictures of points while somebody looks: a canvas plays them all."""
WATCHED_RACES = 0.15
"""The same for a race, whose pictures are as many times larger as it has panes."""
WATCHED_CROWDS = 1.0
"""The same for a map of many GANs, and how often they are measured at most."""
RACE_SCORES = 0.4
"""Seconds between two measures of a race: its curves are what people look at."""
MEASURING = 0.1
"""Share of the time that measuring may take."""
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


class Controls:
    """The means of play of one worker."""

    def __init__(self, record: RunFolder) -> None:
        self._record = record
        self._pace = 0.0
        self._alone_since = time.monotonic()
        self._score_at = -1e9
        self.undo_history = UndoHistory()
        self.throttle = Throttle()
        self.kept_states = KeptStates(record)

    def attend(self, training: Training | Race) -> None:
        """Take pictures as often as somebody looks."""
        self._alone_since = time.monotonic()
        self._pace = self._pace or training.pace.snapshot
        watched = WATCHED_SNAPSHOTS if is_points(training.config) else WATCHED_GRIDS
        if isinstance(training, Race):
            watched = WATCHED_CROWDS if _is_crowd(training) else WATCHED_RACES
        wanted = watched if is_watched(self._record.folder) else self._pace
        if training.pace.snapshot != wanted:
            training.pace = replace(training.pace, snapshot=wanted)

    def is_left(self, training: Training | Race) -> bool:
        """Whether nobody has looked at the paused run for so long that it should make room."""
        if not is_points(training.config) or is_watched(self._record.folder, LEFT_SECONDS):
            self._alone_since = time.monotonic()
        return time.monotonic() - self._alone_since > LEFT_SECONDS

    def scores_due(self, training: Training | Race) -> bool:
        """Whether G should be measured again; if so, the next time is a while away."""
        now = time.monotonic()
        quick = isinstance(training, Race) and not _is_crowd(training)
        if now < self._score_at:
            return False
        self._score_at = now + (RACE_SCORES if quick else SCORE_SECONDS)
        return True

    def scored(self, seconds: float) -> None:
        """Measuring took so long: it waits until that is a small share of the time."""
        self._score_at = max(self._score_at, time.monotonic() + seconds / MEASURING)

    def keep(self, training: Training | Race) -> None:
        """Keep the present state for a branch, if it is time. A crowd's would fill the disk."""
        if not isinstance(training, Race) or not _is_crowd(training):
            self.kept_states.offer(training.state.step, lambda path: save_run(path, training.state))

    def keep_what_is_asked(self, training: Training | Race) -> None:
        """Keep the present state if the configuration asks for this step's."""
        if isinstance(training, Training):
            self.kept_states.asked = training.milestones.keeps
            if self.kept_states.asked(training.state.step) and training.end != "diverged":
                self.kept_states.keep(training.state.step, lambda p: save_run(p, training.state))

    def start_again(self) -> None:
        """Forget what belonged to the run before a reset."""
        self.undo_history.clear()
        self.kept_states.forget_after(-1)
        self.kept_states = KeptStates(self._record)
        self._score_at = -1e9


def _is_crowd(race: Race) -> bool:
    return len(race.state.members) > PANES
