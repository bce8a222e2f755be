"""What a viewer does with the run on the playground, whatever state it is in."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from ganlab.catalogue import DATA
from ganlab.config import RunConfig
from ganlab.errors import ConfigError, GanlabError, RunError
from ganlab.runs.info import GAN, RunInfo
from ganlab.runs.story import adopt
from ganlab.sharing import Shared, read_link, write_link
from pages.widgets.lab import hub
from pages.widgets.words import sentence

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
    def story(self) -> Path:
        """The file of the one that ships."""
        ...


def do(action: Callable[[], str | None]) -> None:
    """Do something, say why where it cannot be, and show the run of the id it returns."""
    try:
        run_id = action()
    except GanlabError as error:
        st.toast(sentence(error), icon=":material/error:")
        return
    if run_id and st.query_params.get("run") != run_id:
        st.query_params.from_dict({"run": run_id})


def play(scene: Shown) -> str:
    """Let the run go on."""
    run_id = awake(scene)
    tell(run_id, "resume")
    return run_id


def pause(scene: Shown) -> None:
    """Let it rest."""
    tell(scene.info.id, "pause")


def step(scene: Shown, who: str, count: int = 1) -> str:
    """One step of both, of D or of G; a run under way is paused first."""
    run_id = resting(scene)
    tell(run_id, "step", who=who, count=count)
    return run_id


def undo(scene: Shown) -> None:
    """Take the last step back."""
    tell(scene.info.id, "undo")


def reset(scene: Shown, new_luck: bool = False) -> str:
    """Back to step 0 with the knobs as they are; new luck is another seed."""
    config = RunConfig.from_json(scene.info.config)
    seed = secrets.randbelow(10_000) if new_luck else config.seed
    run_id = ("" if scene.info.id else _unplayed(scene)) or awake(scene)
    tell(run_id, "restart", config=config.with_values({"seed": seed}).to_json())
    return run_id


FIRST_SPEED = "speed of the first"
"""Where a session keeps the limit that its own copy of the run that ships will get."""


def speed_of(scene: Shown) -> float:
    """The steps a second that the run is allowed; 0 is no limit.

    A run knows its own, so that whoever looks at it sees the same; the one that ships is nobody's.
    """
    if scene.info.id:
        return scene.info.speed_limit
    return float(st.session_state.get(FIRST_SPEED, 0.0))


def limit_speed(scene: Shown, rate: float) -> None:
    """At most so many steps a second; 0 is no limit."""
    if not scene.info.id:
        st.session_state[FIRST_SPEED] = rate
    elif scene.info.live:
        tell(scene.info.id, "speed", rate=rate)
    else:
        hub().store.open(scene.info.id).set_facts(speed_limit=rate)
        hub().refresh(scene.info.id)


def turn(scene: Shown, name: str, value: Any) -> str:
    """Turn a knob; the run that ships is made one's own and plays on."""
    was_first = not scene.info.id
    run_id = awake(scene)
    tell(run_id, "turn", name=name, value=value)
    if was_first:
        tell(run_id, "resume")
    return run_id


def branch(scene: Shown, at: int, values: dict[str, Any]) -> str:
    """Another run that differs from this one from step `at` on."""
    run_id = scene.info.id or _adopted(scene).id
    child = hub().branch(run_id, values, at)
    leave(scene)
    return own(child)


def solo(scene: Shown, place: int, at: int | None) -> str:
    """One GAN of a race as a run of its own, at step `at` or where the race stands; its id.

    A race under way rests: its state of this very step is then stored, and nothing trains twice.
    """
    if not scene.info.id:
        record = adopt(hub().store, scene.story)
        try:
            return own(hub().solo(record.id, place, record.info().step if at is None else at))
        finally:
            record.remove()
    if scene.info.state == "running":
        pause(scene)
    stands = hub().store.open(scene.info.id).info().step
    return own(hub().solo(scene.info.id, place, stands if at is None else min(at, stands)))


def start(config: RunConfig, title: str, preset: str = "", left: Shown | None = None) -> str:
    """A new run; the one that is left rests."""
    limit = speed_of(left) if left else 0.0
    if left:
        leave(left)
    return own(hub().start(config, title, preset, speed_limit=limit))


def leave(scene: Shown) -> None:
    """Stop a run that this page no longer shows, so that its place is free."""
    if scene.info.live and scene.info.id in st.session_state.get("own runs", ()):
        hub().command(scene.info.id, "stop")


def link(scene: Shown, at: int | None) -> str:
    """The text of a link to the run as it stands, or at a step of its past."""
    where = scene.info.step if at is None else at
    first, script = scene.info.config, []
    if scene.info.id:
        record = hub().store.open(scene.info.id)
        first = record.facts().get("initial", first)
        script = [one for one in record.interventions() if one["step"] <= where]
    return write_link(Shared(RunConfig.from_json(first), tuple(script), where, scene.info.title))


def open_link(text: str) -> str:
    """Start the run of a link: it rests at the step that was shared."""
    shared = read_link(text)
    if DATA[shared.config.data.name].traits["space"] != "points":
        raise ConfigError("this link holds a run on pictures, which the playground cannot show")
    script, title = list(shared.script), shared.title or "A shared run"
    return own(hub().start(shared.config, title, script=script, halts=[shared.step]))


def fits(run_id: str) -> bool:
    """True for a run on points; raise ConfigError for another, which has a page of its own."""
    info = hub().view(run_id).info
    if info.kind != GAN or DATA[info.config["data"]["name"]].traits["space"] != "points":
        raise ConfigError("this run makes pictures: the Image GANs page shows it")
    return True


# --- inside ---------------------------------------------------------------------------------------


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
        return _ready(info.id)
    if not info.id and (made := _just_made(scene)):
        return _copy(scene, _ready(made))
    record = hub().store.open(info.id) if info.id else _adopted(scene)
    stands = record.facts().get("checkpoint_step", 0)
    record.set_facts(halts=[stands], speed_limit=speed_of(scene))
    hub().resume(record.id, MORE if info.state == "finished" else 0)
    return _ready(record.id) if info.id else _copy(scene, _ready_or_gone(record.id))


def resting(scene: Shown) -> str:
    """The id of the run, awake and paused."""
    run_id = awake(scene)
    if hub().store.open(run_id).info().state != "paused":
        tell(run_id, "pause")
    return run_id


def _adopted(scene: Shown) -> Any:
    record = adopt(hub().store, scene.story)
    own(record.id)
    return record


MADE = "copy just made"
"""Where a session keeps the story that it has copied last, the copy's id, and when that was."""


def _copy(scene: Shown, run_id: str) -> str:
    """Remember that this is the copy of the run that ships; its id."""
    st.session_state[MADE] = scene.story, run_id, time.monotonic()
    return run_id


def _just_made(scene: Shown) -> str:
    """The id of the copy that a click made a moment ago, else ''.

    The second click of a double click comes from a browser that does not show the copy yet.
    """
    story, run_id, at = st.session_state.get(MADE, (None, "", 0.0))
    if story != scene.story or time.monotonic() > at + TWICE_SECONDS:
        return ""
    return next((info.id for info in hub().store.infos() if info.id == run_id and info.live), "")


def _unplayed(scene: Shown) -> str:
    """The id of this session's copy of the run that ships, if one rests at step 0 already."""
    kind = scene.info.title, scene.info.preset
    for info in hub().runs():
        mine = info.id in st.session_state.get("own runs", ()) and (info.title, info.preset) == kind
        if mine and info.state == "paused" and not info.step:
            return info.id
    return ""


def own(run_id: str) -> str:
    """Remember that this session started the run; its id."""
    st.session_state.setdefault("own runs", set()).add(run_id)
    return run_id


def _ready(run_id: str) -> str:
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


def _ready_or_gone(run_id: str) -> str:
    """The same for a copy that was just made: where there is no place, none is left behind."""
    try:
        return _ready(run_id)
    except RunError:
        if not hub().store.leave_queue(run_id):
            raise
        hub().delete(run_id)
        raise RunError(FULL) from None
