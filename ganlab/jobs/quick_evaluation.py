"""When a run on pictures is measured while it trains: seldom enough to be cheap."""

import time
import traceback
from typing import Any

import torch

from ganlab.data.progress import Report
from ganlab.errors import GanlabError
from ganlab.evaluation.classifier import is_there, readable
from ganlab.evaluation.quick import N, QuickEvaluation, can_evaluate_quickly, seconds_a_picture
from ganlab.evaluation.variety import LiveVariety
from ganlab.training.loop import Training
from ganlab.training.state import State
from ganlab.training.tick import Tick

FEWEST_REAL = 16
"""Real pictures with fewer of which variety is not measured."""
SHARE = 0.03
"""Of the training time that quick evaluations may take. A run too short for one has none."""
SOONEST = 10.0
"""Seconds of training before the first and between two."""
GROWTH = 0.01
"""Of the training time so far between two at least: a run of days has some hundreds, not more."""
VARIETY_SHARE = 0.05
"""Of the training time that measuring the variety of the pictures that are shown may take."""
VARIETY_SECONDS = 1.0
"""Seconds between two measurements at least."""
FIRST_BY_SQUEEZENET = 20.0
"""Seconds of training before the first one with a feature network that takes long to read."""


class LiveScores:
    """Measures the variety of a tick's pictures: once a second at most, in a small share of time.

    A run on pictures whose feature network is not at hand is not measured.
    """

    def __init__(self) -> None:
        self.classes = 0
        """How many classes the feature network tells apart; 0 if none or not yet known."""
        self._variety: LiveVariety | None = None
        self._off = False
        self._due = -1.0
        self._spent = self._cost = 0.0

    def of(self, tick: Tick, training: Training) -> dict[str, float]:
        """The scores of the tick's snapshot; {} if it has none or it is not time for them."""
        state = training.state
        if self._off or tick.snapshot is None or "fake" not in tick.snapshot.arrays:
            return {}
        if self._due < 0:
            count = state.task.real_count(state.source)
            self._off = count < FEWEST_REAL or not can_evaluate_quickly(state.config)
            quick = state.config.data.name in readable() and is_there()
            self._due = state.seconds + (VARIETY_SECONDS if quick else FIRST_BY_SQUEEZENET)
        earned = self._spent + self._cost <= VARIETY_SHARE * state.seconds
        if self._off or (not tick.end and (state.seconds < self._due or not earned)):
            return {}
        began = time.perf_counter()
        try:
            with torch.random.fork_rng(devices=[]):  # building the network draws from the stream
                self._variety = self._variety or LiveVariety(state)
                pictures = tick.snapshot.arrays["fake"]
                found = self._variety(pictures, state.shown_labels(len(pictures)))
            self.classes = self._variety.classes
        except GanlabError:
            found, self._off = {}, True
        except Exception:
            traceback.print_exc()
            found, self._off = {}, True
        self._cost = time.perf_counter() - began if self._spent else 0.0
        self._spent += time.perf_counter() - began
        self._due = state.seconds + VARIETY_SECONDS
        return found


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
