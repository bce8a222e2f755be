"""When a run on pictures glances at its own quality while it trains: seldom enough to be cheap."""

import time
import traceback
from typing import Any

import torch

from ganlab.data.pictures import PictureSource
from ganlab.data.progress import Report
from ganlab.errors import GanlabError
from ganlab.evaluation.quick import N, QuickEvaluation, can_evaluate_quickly, seconds_a_picture
from ganlab.training.comparison import Race
from ganlab.training.loop import Training
from ganlab.training.state import State

SHARE = 0.03
"""Of the training time that may go into glances. A run too short for one by it has none."""
SOONEST = 10.0
"""Seconds of training before the first and between two."""
GROWTH = 0.01
"""Of the training time so far between two at least: a run of days has some hundreds, not more."""


class QuickEvaluations:
    """The worker's side: it is asked after each tick, and now and then it looks."""

    def __init__(self, taken: bool = False) -> None:
        self.taken = taken
        """Whether this run has been glanced at, so that its end is worth one more."""
        self._look: QuickEvaluation | None = None
        self._off = False
        self._began = self._due = -1.0
        self._last = -1

    def due(self, training: Training | Race) -> bool:
        """Whether it is time for one."""
        state = training.state
        if self._off or isinstance(training, Race) or not isinstance(state, State):
            return False
        if self._due < 0:
            self._off = not isinstance(state.source, PictureSource) or not can_evaluate_quickly(
                state.config
            )
            self._began, self._due = state.seconds, state.seconds + SOONEST
        return not self._off and state.seconds >= self._due

    def take(self, state: State, report: Report) -> dict[str, Any]:
        """What a glance finds, {} if it finds nothing; when the next is due follows from its cost.

        Nothing that goes wrong here ends a run: it is not glanced at any more.
        """
        if state.step == self._last:
            return {}
        began = time.perf_counter()
        try:
            with torch.random.fork_rng(devices=[]):  # building the eyes draws from the stream
                found = self._found(state, report)
        except GanlabError:
            found, self._off = {}, True
        except Exception:
            traceback.print_exc()
            found, self._off = {}, True
        if self._look is not None:
            spent = time.perf_counter() - began
            self._due = state.seconds + max(SOONEST, spent / SHARE, GROWTH * state.seconds)
        if found:
            self.taken, self._last = True, state.step
        return found

    def _found(self, state: State, report: Report) -> dict[str, Any]:
        if self._look is None:
            # The first reads two real pictures for each generated one.
            earned = self._began + 3 * N * seconds_a_picture(state) / SHARE
            if state.seconds < earned and not self.taken:
                self._due = earned
                return {}
            self._look = QuickEvaluation(state)
        return self._look(state, report)
