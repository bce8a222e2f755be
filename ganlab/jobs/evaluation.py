"""A run's quality, measured by its worker on demand and at its end, or later."""

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
from ganlab.training.checkpoint import load_run
from ganlab.training.state import State, task_of

SILENT_SECONDS = 1.0
"""What takes no longer needs no progress."""
SAID_SECONDS = 0.3
"""How often progress is written down."""


def measured_at(
    state: State, record: RunFolder, note: Callable[..., None], go_on: Callable[[], bool]
) -> dict[str, Any]:
    """The quality of a run as it is; {} where nothing can be measured, as on points.

    Why it could not be measured is in its 'words', such as that go_on said no. Progress is noted
    as the record's words, which then are as they were.
    """
    if not state.task.real_count(state.source):
        return {}
    before, began = record.facts().get("words", ""), time.perf_counter()
    said = began
    check = stoppable(go_on)

    def report(sentence: str, share: float) -> None:
        nonlocal said
        check(sentence, share)
        now = time.perf_counter()
        if now - began > SILENT_SECONDS and now - said > SAID_SECONDS:
            said = now
            note(words=progress_words(sentence, share, now - began))

    found = _tried(state, report)
    if time.perf_counter() - began > SILENT_SECONDS:
        note(words=before)
    return found


def stoppable(go_on: Callable[[], bool]) -> Report:
    """A report of progress that shows nothing and raises RunError once go_on says no."""

    def report(sentence: str, share: float) -> None:
        del sentence, share
        if not go_on():
            raise RunError("it was stopped")

    return report


def measured_afterwards(record: RunFolder, report: Report = silent) -> dict[str, Any]:
    """The quality of a run that nobody trains, by its checkpoint; it is kept with the run.

    Raises RunBusy while it trains, RunError if there is no checkpoint or it makes points.
    """
    if record.is_alive():
        raise RunBusy(f"{record.id} is under way: its worker measures it")
    if not record.checkpoint.is_file():
        raise RunError(f"{record.id} has no checkpoint yet: let it train for a few seconds")
    task = task_of(record.config())
    if task.interactive:
        raise RunError(f"{record.id} makes points: only pictures are measured")
    if not task.from_noise:
        raise RunError(f"{record.id} enlarges pictures: it is measured while it trains")
    device = str(choose_device())
    found = run_quality(load_run(record.checkpoint, device, report=report).states[0], report)
    # No lock is held: should the run go on meanwhile, this still is the quality of its step.
    record.keep_quality(found)
    return found


def progress_words(sentence: str, share: float, seconds: float) -> str:
    """Progress in words: the share, and what is left if it goes on as it did."""
    left = f", {seconds * (1 - share) / share:.0f} s left" if share else ""
    return f"{sentence}: {percent(share)}{left}"


def _tried(state: State, report: Report) -> dict[str, Any]:
    """The quality, or in 'words' why there is none: a run's end must not fail by it."""
    try:
        with torch.random.fork_rng(devices=[]):  # building the network draws from the stream
            return run_quality(state, report)
    except GanlabError as error:
        return {"step": state.step, "words": f"Not measured: {error}."}
    except Exception as error:
        traceback.print_exc()
        first = (str(error).splitlines() or [""])[0]
        return {"step": state.step, "words": f"Not measured: {type(error).__name__}: {first}"}
