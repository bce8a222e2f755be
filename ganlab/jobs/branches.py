"""Branches: another run that shares a run's past up to a step and differs from there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError, RunError
from ganlab.files import write_file
from ganlab.jobs.database import connect, speaking, transaction
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.kept_states import nearest, stored_facts
from ganlab.training.tick import MOVE

Create = Callable[[RunConfig, str, str, Sequence[Any]], RunFolder]
"""`Store.create`."""


def branch_at(create: Create, parent: RunFolder, values: Mapping[str, Any], step: int) -> RunFolder:
    """A new run with the parent's past up to step, where the settings in values change.

    It starts from the parent's nearest state before the step, and a script changes and moves what
    was changed and moved until there: the run's random streams make the way the same.
    """
    info, facts = parent.info(), parent.facts()
    if not 0 <= step <= info.step:
        raise RunError(f"{parent.id} has steps 0 to {info.step:,}: it cannot branch at {step:,}")
    initial = parent.config(facts | {"config": facts.get("initial", facts["config"])})
    path = nearest(parent, step)
    config, start = initial, 0
    if path is not None:
        stored = stored_facts(path)
        start = int(stored["step"])
        if "config" in stored:  # states of super-resolution once had none
            config = RunConfig.from_json(stored["config"])
    past = [one for one in parent.interventions() if _is_before(one, step)]
    changes = checked_changes(config, past, values, step)
    script, changed = still_to_do(parent, config, start, step)
    child = create(initial, f"{info.title} from step {step:,}", info.preset, info.variants)
    if path is not None:
        write_file(child.checkpoint, path.read_bytes())
    hand_on_start(parent, child)
    copy_past(parent, child, start, changed, TABLES if info.variants else ALONE)
    child.set_facts(
        config=config.to_json(),
        initial=initial.to_json(),
        columns=facts.get("columns", []),
        **{name: facts[name] for name in ("member_columns", "centres") if name in facts},
        script=script + changes,
        parent={"run": parent.id, "step": step},
        checkpoint_step=start,
        progress={"step": start, "seconds": 0.0, "speed": 0.0},
    )
    return child


def hand_on_start(parent: RunFolder, child: RunFolder) -> None:
    """Copy the weights that the parent went on from, if from any: step 0 is made from them."""
    if parent.start.is_file():
        write_file(child.start, parent.start.read_bytes())
        child.set_facts(start=parent.facts().get("start"))


def still_to_do(
    parent: RunFolder, config: RunConfig, start: int, step: int
) -> tuple[list[dict[str, Any]], bool]:
    """What was changed and moved by hand between start, where config was in force, and step.

    Also whether config has the changes at start itself already: a state may have been stored before
    or after the settings that were changed at its very step.
    """
    past = [one for one in parent.interventions() if _is_before(one, step)]
    here = {one["name"]: one["new"] for one in past if one["step"] == start and one["name"] != MOVE}
    changed = config.with_values(here) == config
    script = [
        one
        for one in past
        if one["step"] > start or (one["step"] == start and (one["name"] == MOVE or not changed))
    ]
    return script, changed


def checked_changes(
    config: RunConfig, past: list[dict[str, Any]], values: Mapping[str, Any], step: int
) -> list[dict[str, Any]]:
    """The interventions that give the settings their values at step; ConfigError if one cannot."""
    there = config.with_values({one["name"]: one["new"] for one in past if one["name"] != MOVE})
    settings = dict(values)
    if step >= there.steps and "steps" not in settings:
        settings["steps"] = step + there.steps  # the budget was spent there
    changes = []
    for name, value in settings.items():
        if not there.is_live(name):
            raise ConfigError(
                f"{name} cannot differ in a branch, which goes on from trained networks: start a "
                "new run with it"
            )
        changed = there.with_values({name: value})
        old, new = there.flat().get(name), changed.get(name)
        changes.append({"step": step, "name": name, "old": old, "new": new})
        there = changed
    return changes


TABLES = {
    "metric": "step, seconds, row",
    "member": "step, row",
    "sample": "step, data",
    "quality": "step, n, row",
    "event": "at, step, kind, text",
}
"""What a past is made of, and its columns."""
ALONE = [table for table in TABLES if table != "member"]
"""The past of a run that holds one GAN."""


def copy_past(
    parent: RunFolder, child: RunFolder, step: int, changed: bool, tables: Iterable[str] = TABLES
) -> None:
    """Copy the tables' rows of the steps up to step; changes at it only if `changed`."""
    with speaking(child.database), closing(connect(child.database)) as connection:
        connection.execute("ATTACH DATABASE ? AS parent", (str(parent.database),))
        query = "SELECT name FROM parent.sqlite_master WHERE type = 'table'"
        there = {name for (name,) in connection.execute(query)}  # some came after old runs
        with transaction(connection):
            for table in (one for one in tables if one in there):
                columns = TABLES[table]
                connection.execute(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} FROM parent.{table} "
                    "WHERE step <= ?",
                    (step,),
                )
            # What a script will do again is reported when it is done.
            again = "('move')" if changed else "('knob', 'move')"
            connection.execute(f"DELETE FROM event WHERE step = ? AND kind IN {again}", (step,))
            connection.execute("DELETE FROM event WHERE kind = 'state'")


def _is_before(one: Mapping[str, Any], step: int) -> bool:
    return one["step"] < step or (one["step"] == step and one["name"] != MOVE)
