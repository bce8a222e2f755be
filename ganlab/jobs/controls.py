"""What a worker keeps for people who play with a run: speed limit, undo, kept states, snapshots.

Pause and Step are commands (`commands`).

A watched run of points takes snapshots ten times a second (four, where they are costly) and
measures how far G is from the data once a second.
"""

import time
from collections import deque
from dataclasses import replace
from typing import Any

from torch import Tensor

from ganlab.config import RunConfig
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.heartbeat import is_watched
from ganlab.jobs.kept_states import KeptStates
from ganlab.training.checkpoint import pack, save_run, unpack
from ganlab.training.ensemble import set_members
from ganlab.training.loop import Training
from ganlab.training.tasks.points import SUBPLOTS

SCORES: tuple[str, ...] = ("js", "kl", "modes", "high_quality", "covered", "on_curve")
"""Columns that a run on points has besides those of every run."""
SCORE_SECONDS = 1.0
WATCHED_SNAPSHOTS = 0.1
"""Seconds between two snapshots of points while somebody looks: a canvas plays them all."""
WATCHED_COMPARISONS = 0.15
"""The same for a comparison, whose snapshots are as many times larger as it has members."""
WATCHED_MAPS = 1.0
"""The same for a map of many GANs, and how often they are measured at most."""
COMPARISON_SCORES = 0.4
"""Seconds between two measurements of a comparison: its curves are what people look at."""
MEASURING = 0.1
"""Share of the time that measuring may take."""
WATCHED_GRIDS = 0.25
"""Seconds between two grids of pictures while somebody looks: a page shows two a second."""
LOOKING = 0.15
"""Share of the time that snapshots of a task may take for which each is a measurement."""
RECENT = 24
"""Newest snapshots that stay whatever happens: more than two seconds of them."""
LEFT_SECONDS = 180.0
"""A paused run that nobody looks at keeps its worker no longer."""
SLOWEST, FASTEST = 0.1, 10_000.0
"""Steps a second that a viewer may ask for."""
DEPTH = 60
"""Steps that can be taken back; a state of two usual networks on points takes about 1 MB."""


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


class UndoHistory:
    """The states that a paused run was in, so that its last steps can be taken back."""

    def __init__(self, depth: int = DEPTH) -> None:
        self._states: deque[
            tuple[RunConfig, list[tuple[RunConfig, ...]], dict[str, Tensor], dict[str, Any]]
        ] = deque(maxlen=depth)

    def __len__(self) -> int:
        return len(self._states)

    def push(self, training: Training) -> None:
        """Remember the state of the training."""
        whole = training.ensemble
        tensors, facts = pack(whole)
        copies = {name: tensor.clone() for name, tensor in tensors.items()}
        members = [state.members for state in whole.states]
        self._states.append((whole.config, members, copies, facts))

    def pop(self, training: Training) -> int:
        """Put the training back into the state of the last push; its step.

        Settings that have changed since then go back too. Raises ValueError if none is remembered.
        """
        if not self._states:
            raise ValueError(
                "there is no step to take back: only steps made while the run is paused can be"
            )
        config, members, tensors, facts = self._states.pop()
        whole = training.ensemble
        for state, own in zip(whole.states, members, strict=True):
            set_members(state, own)
            for optimizer in (state.d_optimizer, state.g_optimizer):
                optimizer.state.clear()
        whole.config = config
        unpack(whole, tensors, facts)
        training.end = ""
        training.settle()
        return training.step

    def clear(self) -> None:
        """Forget all: the run goes on by itself."""
        self._states.clear()


class Controls:
    """What people may do to one run, as its worker carries it out."""

    def __init__(self, record: RunFolder) -> None:
        self._record = record
        self._pace = 0.0
        self._alone_since = time.monotonic()
        self._score_at = -1e9
        self.undo_history = UndoHistory()
        self.throttle = Throttle()
        self.kept_states = KeptStates(record)

    def attend(self, training: Training) -> None:
        """Take snapshots as often as somebody looks."""
        self._alone_since = time.monotonic()
        self._pace = self._pace or training.pace.snapshot
        watched = WATCHED_SNAPSHOTS if training.state.task.interactive else WATCHED_GRIDS
        if not training.alone:
            watched = WATCHED_MAPS if is_large(training) else WATCHED_COMPARISONS
        seconds = watched if is_watched(self._record.folder) else self._pace
        if any(looks := training.state.task.looks):
            seconds = looks[0] if is_watched(self._record.folder) else looks[1]
            seconds = max(seconds, training.looked / LOOKING)
        if training.pace.snapshot != seconds:
            training.pace = replace(training.pace, snapshot=seconds)

    def is_left(self, training: Training) -> bool:
        """Whether nobody has looked at the paused run for so long that it should make room."""
        interactive = training.state.task.interactive
        if not interactive or is_watched(self._record.folder, LEFT_SECONDS):
            self._alone_since = time.monotonic()
        return time.monotonic() - self._alone_since > LEFT_SECONDS

    def scores_due(self, training: Training) -> bool:
        """Whether G should be measured again; if so, the next time is a while away."""
        now = time.monotonic()
        if now < self._score_at:
            return False
        quick = not training.alone and not is_large(training)
        self._score_at = now + (COMPARISON_SCORES if quick else SCORE_SECONDS)
        return True

    def scored(self, seconds: float) -> None:
        """Measuring took so long: it waits until that is a small share of the time."""
        self._score_at = max(self._score_at, time.monotonic() + seconds / MEASURING)

    def keep(self, training: Training) -> None:
        """Keep the present state for a branch, if it is time. A large ensemble's fill the disk."""
        if not is_large(training):
            self.kept_states.offer(training.step, lambda path: save_run(path, training.ensemble))

    def keep_what_is_asked(self, training: Training) -> None:
        """Keep the present state if the configuration asks for this step's."""
        self.kept_states.asked = training.milestones.keeps
        if self.kept_states.asked(training.step) and training.end != "diverged":
            self.kept_states.keep(training.step, lambda path: save_run(path, training.ensemble))

    def start_again(self) -> None:
        """Forget what belonged to the run before a reset."""
        self.undo_history.clear()
        self.kept_states.forget_after(-1)
        self.kept_states = KeptStates(self._record)
        self._score_at = -1e9


def is_large(training: Training) -> bool:
    """Whether there are more members than are shown in full."""
    return len(training.ensemble.members) > SUBPLOTS
