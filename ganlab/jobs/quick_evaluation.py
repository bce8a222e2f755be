"""When a run on pictures is evaluated quickly while it trains: seldom enough to be cheap."""

import time
import traceback
from typing import Any

import torch

from ganlab.data.progress import Report
from ganlab.errors import GanlabError
from ganlab.evaluation.quick import N, QuickEvaluation, can_evaluate_quickly, seconds_a_picture
from ganlab.training.loop import Training
from ganlab.training.state import State

SHARE = 0.03
"""Of the training time that quick evaluations may take. A run too short for one has none."""
SOONEST = 10.0
"""Seconds of training before the first and between two."""
GROWTH = 0.01
"""Of the training time so far between two at least: a run of days has some hundreds, not more."""


class QuickEvaluations:
    """The worker's side: it is asked after each tick, and now and then it evaluates."""

    def __init__(self, taken: bool = False) -> None:
        self.taken = taken
        """Whether this run has been evaluated, so that its end is worth one more."""
        self._evaluation: QuickEvaluation | None = None
        self._off = False
        self._began = self._due = -1.0
        self._last = -1

    def due(self, training: Training) -> bool:
        """Whether it is time for one."""
        if self._off:
            return False
        state = training.state
        if self._due < 0:
            real = state.task.real_count(state.source)
            self._off = not real or not can_evaluate_quickly(state.config)
            self._began, self._due = state.seconds, state.seconds + SOONEST
        return not self._off and state.seconds >= self._due

    def take(self, state: State, report: Report) -> dict[str, Any]:
        """What an evaluation finds, {} if nothing; when the next is due follows from its cost.

        Nothing that goes wrong here ends a run: it is not evaluated any more.
        """
        if state.step == self._last:
            return {}
        began = time.perf_counter()
        try:
            with torch.random.fork_rng(devices=[]):  # building the network draws from the stream
                found = self._found(state, report)
        except GanlabError:
            found, self._off = {}, True
        except Exception:
            traceback.print_exc()
            found, self._off = {}, True
        if self._evaluation is not None:
            spent = time.perf_counter() - began
            self._due = state.seconds + max(SOONEST, spent / SHARE, GROWTH * state.seconds)
        if found:
            self.taken, self._last = True, state.step
        return found

    def _found(self, state: State, report: Report) -> dict[str, Any]:
        if self._evaluation is None:
            # The first reads two real pictures for each generated one.
            earned = self._began + 3 * N * seconds_a_picture(state) / SHARE
            if state.seconds < earned and not self.taken:
                self._due = earned
                return {}
            self._evaluation = QuickEvaluation(state)
        return self._evaluation(state, report)
