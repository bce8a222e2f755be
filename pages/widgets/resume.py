"""How a run comes to have a worker: one that had ended is resumed, one that ships is copied."""

import time
from pathlib import Path
from typing import Any, Protocol

from ganlab.errors import RunError
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import RunInfo
from ganlab.jobs.recording import adopt
from pages.widgets.lab import hub
from pages.widgets.visitor import visitor

PATIENCE = 20.0
"""Seconds that a run may take to wake up."""
TWICE_SECONDS = 2.0
"""How soon after a copy of the run that ships was made a click on it is meant for that copy."""
QUEUE_PATIENCE = 6.0
"""Seconds that it may wait for a place: a free one takes it at once."""
MORE = 4_000
"""Steps that a run gets whose budget is spent."""
BUSY = (
    "all places to train are taken: the run waits for one; stop another on the Runs page, or come "
    "back in a moment"
)
STARTING = "the run has a place and its worker is still starting: try again in a moment"
FULL = "all places to train are taken: stop another run on the Runs page, or try again in a moment"


class Shown(Protocol):
    """A run that a page shows, whatever else it holds."""

    @property
    def info(self) -> RunInfo:
        """The run; its id is '' for one that ships."""
        ...

    @property
    def recording(self) -> Path:
        """The file of the one that ships."""
        ...


def tell(run_id: str, verb: str, **argument: Any) -> None:
    """Give a command and wait for its answer; raise RunError with it if it is a refusal."""
    number = hub().command(run_id, verb, **argument)
    if number is None:
        return
    record, deadline = hub().store.open(run_id), time.monotonic() + PATIENCE
    while (answer := record.answer(number)) is None:
        if time.monotonic() > deadline:
            raise RunError("the run does not answer: it may wait for a free place to train")
        time.sleep(0.01)
    hub().refresh(run_id)
    if answer:
        raise RunError(answer)


def awake(scene: Shown) -> str:
    """The id of the run with a worker at hand; one that had ended rests where it stood."""
    info = scene.info
    if info.id and info.live:
        return ready(info.id)
    if not info.id and (made := _just_made(scene)):
        return _remember(scene, ready(made))
    record = hub().store.open(info.id) if info.id else copied(scene)
    stands, limit = record.facts().get("checkpoint_step", 0), speed_of(scene)
    record.set_facts(halts=[stands], speed_limit=limit)
    hub().resume(record.id, MORE if info.state == "finished" else 0)
    return ready(record.id) if info.id else _remember(scene, _ready_or_gone(record.id))


def resting(scene: Shown) -> str:
    """The id of the run, awake and paused."""
    run_id = awake(scene)
    if hub().store.open(run_id).info().state != "paused":
        tell(run_id, "pause")
    return run_id


def speed_of(scene: Shown) -> float:
    """The steps a second that the run is allowed; 0 is no limit.

    A run knows its own, so that whoever looks at it sees the same; the one that ships is nobody's.
    """
    return scene.info.speed_limit if scene.info.id else visitor().first_speed


def copied(scene: Shown) -> RunFolder:
    """A run of the visitor's own that begins as the one that ships."""
    record = adopt(hub().store, scene.recording)
    visitor().own(record.id)
    return record


def unplayed(scene: Shown) -> str:
    """The id of the visitor's copy of the run that ships, if one rests at step 0 already."""
    kind = scene.info.title, scene.info.preset
    for info in hub().runs():
        mine = info.id in visitor().runs and (info.title, info.preset) == kind
        if mine and info.state == "paused" and not info.step:
            return info.id
    return ""


def ready(run_id: str) -> str:
    """Wait until the worker trains or rests; raise RunError with why it does not."""
    store, begun = hub().store, time.monotonic()
    record = store.open(run_id)
    while (state := record.info().state) not in ("running", "paused"):
        waits = state == "queued" and run_id in store.queue()  # or its worker has not spoken yet
        patience = QUEUE_PATIENCE if waits else PATIENCE
        if state in ("failed", "lost", "diverged") or time.monotonic() > begun + patience:
            words = STARTING if state == "queued" else record.info().words
            raise RunError(BUSY if waits else words or BUSY)
        time.sleep(0.02)
    hub().refresh(run_id)
    return run_id


# --- inside ---------------------------------------------------------------------------------------


def _ready_or_gone(run_id: str) -> str:
    """The same for a copy that was just made: where there is no place, none is left behind."""
    try:
        return ready(run_id)
    except RunError:
        if not hub().store.leave_queue(run_id):
            raise
        hub().delete(run_id)
        raise RunError(FULL) from None


def _remember(scene: Shown, run_id: str) -> str:
    """Remember that this is the copy of the run that ships; its id."""
    visitor().copied = scene.recording, run_id, time.monotonic()
    return run_id


def _just_made(scene: Shown) -> str:
    """The id of the copy that a click made a moment ago, else ''.

    The second click of a double click comes from a browser that does not show the copy yet.
    """
    recording, run_id, at = visitor().copied
    if recording != scene.recording or time.monotonic() > at + TWICE_SECONDS:
        return ""
    return next((info.id for info in hub().store.infos() if info.id == run_id and info.live), "")
