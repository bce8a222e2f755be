"""A run's quality measured where its worker sits: on demand, at its end, or when it has ended."""

import time
import traceback
from collections.abc import Callable
from typing import Any

import torch

from ganlab.data.progress import Report, silent
from ganlab.device import choose_device
from ganlab.errors import GanlabError, RunBusy, RunError
from ganlab.evaluation.quality import run_quality
from ganlab.formatting import percent
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.quick_evaluation import QuickEvaluations
from ganlab.jobs.workplace import Desk
from ganlab.training.checkpoint import load_run
from ganlab.training.comparison import Race
from ganlab.training.state import State, is_points

SILENT_SECONDS = 1.0
"""What takes no longer needs no progress."""
SAID_SECONDS = 0.3
"""How often progress is written down."""


def measured_at(desk: Desk, wanted: Callable[[], bool]) -> dict[str, Any]:
    """The quality of the run on the desk as it stands; {} where nothing can be, as on points.

    Why it could not be measured stands in its 'words', such as that it is no longer wanted. What
    is going on is told in the run's words, which then are as they were.
    """
    state = desk.training.state
    if isinstance(desk.training, Race) or not isinstance(state, State):
        return {}
    before = desk.record.facts().get("words", "")
    cpu, began = time.process_time(), time.perf_counter()
    said = began

    def report(sentence: str, share: float) -> None:
        nonlocal said
        if not wanted():
            raise RunError("it was stopped")
        now = time.perf_counter()
        if now - began > SILENT_SECONDS and now - said > SAID_SECONDS:
            said = now
            desk.note(words=told(sentence, share, now - began))

    found = _tried(state, report)
    desk.logger.aside += time.process_time() - cpu
    if time.perf_counter() - began > SILENT_SECONDS:
        desk.note(words=before)
    return found


def quickly_evaluated(
    desk: Desk, quick_evaluations: QuickEvaluations, wanted: Callable[[], bool]
) -> dict[str, Any]:
    """What a glance at the run on the desk finds, at a small N; {} if nothing or not wanted."""
    state = desk.training.state
    assert isinstance(state, State)
    cpu = time.process_time()

    def report(sentence: str, share: float) -> None:
        del sentence, share
        if not wanted():
            raise RunError("it was stopped")

    found = quick_evaluations.take(state, report)
    desk.logger.aside += time.process_time() - cpu
    return found


def measured_afterwards(record: RunFolder, report: Report = silent) -> dict[str, Any]:
    """The quality of a run that nobody trains, by its checkpoint; it is kept with the run.

    Raises RunBusy while it trains, RunError if there is no checkpoint or it makes points.
    """
    if record.is_alive():
        raise RunBusy(f"{record.id} is under way: its worker measures it")
    if not record.checkpoint.is_file():
        raise RunError(f"{record.id} has no checkpoint yet: let it train for a few seconds")
    if is_points(record.config()):
        raise RunError(f"{record.id} makes points: only pictures are measured")
    device = str(choose_device())
    found = run_quality(load_run(record.checkpoint, device, report=report), report)
    # No lock is held: should the run go on meanwhile, this still is the quality of its step.
    record.keep_quality(found)
    return found


def told(sentence: str, share: float, seconds: float) -> str:
    """Progress in words: the share, and what is left if it goes on as it did."""
    left = f", {seconds * (1 - share) / share:.0f} s left" if share else ""
    return f"{sentence}: {percent(share)}{left}"


def _tried(state: State, report: Report) -> dict[str, Any]:
    """The quality, or in 'words' why there is none: a run's end must not fail by it."""
    try:
        with torch.random.fork_rng(devices=[]):  # building the eyes draws from the stream
            return run_quality(state, report)
    except GanlabError as error:
        return {"step": state.step, "words": f"Not measured: {error}."}
    except Exception as error:
        traceback.print_exc()
        first = (str(error).splitlines() or [""])[0]
        return {"step": state.step, "words": f"Not measured: {type(error).__name__}: {first}"}
