"""What a viewer does with the run on the playground, whatever state it is in."""

import secrets
from typing import Any

from ganlab.config import RunConfig
from ganlab.config.share_link import Shared, read_link, write_link
from ganlab.errors import ConfigError
from ganlab.jobs.info import GAN
from ganlab.jobs.recording import adopt
from ganlab.registry import Data, find
from pages.widgets.lab import hub
from pages.widgets.resume import Shown, awake, copied, resting, speed_of, tell, unplayed
from pages.widgets.visitor import visitor


def play(scene: Shown) -> str | None:
    """Let the run go on; the id of a new one, as everywhere here."""
    run_id = awake(scene)
    tell(run_id, "resume")
    return _new(scene, run_id)


def pause(scene: Shown) -> None:
    """Let it rest."""
    tell(scene.info.id, "pause")


def rest(scene: Shown) -> str | None:
    """Let it rest, whatever state it is in."""
    return _new(scene, resting(scene))


def step(scene: Shown, who: str, count: int = 1) -> str | None:
    """One step of both, of D or of G; a run under way is paused first."""
    run_id = resting(scene)
    tell(run_id, "step", who=who, count=count)
    return _new(scene, run_id)


def undo(scene: Shown) -> None:
    """Take the last step back."""
    tell(scene.info.id, "undo")


def reset(scene: Shown, new_seed: bool = False) -> str | None:
    """Back to step 0 with the knobs as they are; new_seed takes another seed."""
    config = RunConfig.from_json(scene.info.config)
    seed = secrets.randbelow(10_000) if new_seed else config.seed
    run_id = ("" if scene.info.id else unplayed(scene)) or awake(scene)
    tell(run_id, "restart", config=config.with_values({"seed": seed}).to_json())
    return _new(scene, run_id)


def limit_speed(scene: Shown, rate: float) -> None:
    """At most so many steps a second; 0 is no limit."""
    if not scene.info.id:
        visitor().first_speed = rate
    elif scene.info.live:
        tell(scene.info.id, "speed", rate=rate)
    else:
        hub().store.open(scene.info.id).set_facts(speed_limit=rate)
        hub().refresh(scene.info.id)


def set_live(scene: Shown, name: str, value: Any) -> str | None:
    """Turn a knob; the run that ships is made one's own and plays on."""
    was_first = not scene.info.id
    run_id = awake(scene)
    tell(run_id, "turn", name=name, value=value)
    if was_first:
        tell(run_id, "resume")
    return _new(scene, run_id)


def branch(scene: Shown, at: int, values: dict[str, Any]) -> str:
    """Another run that differs from this one from step `at` on."""
    run_id = scene.info.id or copied(scene).id
    child = hub().branch(run_id, values, at)
    leave(scene)
    return visitor().own(child)


def solo(scene: Shown, place: int, at: int | None) -> str:
    """One GAN of a race as a run of its own, at step `at` or where the race stands; its id.

    A race under way rests: its state of this very step is then stored, and nothing trains twice.
    """
    if not scene.info.id:
        record = adopt(hub().store, scene.recording)
        try:
            return visitor().own(
                hub().solo(record.id, place, record.info().step if at is None else at)
            )
        finally:
            record.remove()
    if scene.info.state == "running":
        pause(scene)
    stands = hub().store.open(scene.info.id).info().step
    return visitor().own(
        hub().solo(scene.info.id, place, stands if at is None else min(at, stands))
    )


def start(config: RunConfig, title: str, preset: str = "", left: Shown | None = None) -> str:
    """A new run; the one that is left rests."""
    limit = speed_of(left) if left else 0.0
    if left:
        leave(left)
    return visitor().own(hub().start(config, title, preset, speed_limit=limit))


def leave(scene: Shown) -> None:
    """Stop a run that this page no longer shows, so that its place is free."""
    if scene.info.live and scene.info.id in visitor().runs:
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
    if find(Data, shared.config.data.name).space != "points":
        raise ConfigError("this link holds a run on pictures, which the playground cannot show")
    script, title = list(shared.script), shared.title or "A shared run"
    return visitor().own(hub().start(shared.config, title, script=script, halts=[shared.step]))


def fits(run_id: str) -> bool:
    """True for a run on points; raise ConfigError for another, which has a page of its own.

    Also for one whose configuration is none of this ganlab's: all that the page offers reads it.
    """
    info = hub().view(run_id).info
    if info.kind != GAN:
        raise ConfigError("this run makes pictures: the Image GANs page shows it")
    try:
        RunConfig.from_json(info.config)
    except ConfigError as error:
        raise ConfigError(f"this run's configuration cannot be used: {error}") from error
    if not info.on_points:
        raise ConfigError("this run makes pictures: the Image GANs page shows it")
    if info.variants:
        raise ConfigError(f"this run holds {len(info.variants)} GANs: Mode collapse shows it")
    return True


def _new(scene: Shown, run_id: str) -> str | None:
    """The id if it is another run than the one that is shown."""
    return None if run_id == scene.info.id else run_id
