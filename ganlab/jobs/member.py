"""One member of a comparison as a run of its own: its weights, moments, streams and past, alone."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from ganlab.config import RunConfig
from ganlab.config.variants import varied
from ganlab.errors import CheckpointError, RunError
from ganlab.files import write_file
from ganlab.jobs.branches import Create, copy_past, still_to_do
from ganlab.jobs.database import transaction
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.kept_states import nearest

COMMON = ("real", "extent")
"""What the snapshot of a comparison holds once for all members."""
OF_EACH = ("fake", "landscape", "manifold", "fake_now", "manifold_now")
"""What it holds of each."""

Tensors = dict[str, NDArray[Any]]


def solo_at(create: Create, parent: RunFolder, place: int, step: int) -> RunFolder:
    """A new run of the member at that place in the parent, a comparison, as it is at step.

    It starts from the parent's nearest state before the step and pauses at the step: where the
    state is that of the very step, it need not train at all. RunError if the member has diverged.
    """
    info, facts = parent.info(), parent.facts()
    if not 0 <= place < len(info.variants):
        raise RunError(f"{parent.id} holds {len(info.variants)} GANs, got number {place}")
    if not 0 <= step <= info.step:
        raise RunError(f"{parent.id} has steps 0 to {info.step:,}, got {step:,}")
    label = info.variants[place]["label"]
    if info.lost.get(place, step + 1) <= step:
        raise RunError(f"{label} had diverged by step {info.lost[place]:,}: choose a step before")
    first = RunConfig.from_json(facts.get("initial", facts["config"]))
    initial = varied(first, info.variants)[1][place]
    path, config, start, checkpoint = nearest(parent, step), initial, 0, b""
    if path is not None:
        tensors, stored, header = _read(path)
        own, own_facts = member_of(tensors, stored, place)
        config, start = RunConfig.from_json(own_facts["config"]), int(own_facts["step"])
        checkpoint = save(own, {**header, "facts": json.dumps(own_facts, allow_nan=False)})
    child = create(initial, f"{label}, from: {info.title}", info.preset, ())
    if checkpoint:
        write_file(child.checkpoint, checkpoint)
    script, changed = still_to_do(parent, config, start, step)
    copy_past(parent, child, start, changed, ["event"])
    _copy_own_past(parent, child, place, start)
    there = start == step
    words = f"At step {step:,} of the race. Play or Step goes on from here, alone."
    child.set_facts(
        config=config.to_json(),
        initial=initial.to_json(),
        columns=facts.get("member_columns", []),
        bounds=facts.get("bounds", {}),
        script=script,
        halts=[] if there else [step],
        parent={"run": parent.id, "step": step, "member": place},
        checkpoint_step=start,
        progress={"step": start, "seconds": 0.0, "speed": 0.0},
        **({"words": words} if there else {}),
        **({"state": "finished"} if there and start >= config.steps else {}),
    )
    return child


def member_of(
    tensors: Mapping[str, NDArray[Any]], facts: Mapping[str, Any], place: int
) -> tuple[Tensors, dict[str, Any]]:
    """The state of one member, as `state_tensors.pack` has it, out of that of all members."""
    try:
        group = next(k for k, places in enumerate(facts["order"]) if place in places)
        at, count = facts["order"][group].index(place), len(facts["order"][group])
        own_facts = facts["groups"][group]
        if at in own_facts.get("lost", ()):
            raise RunError("this GAN has diverged there: choose an earlier step")
        config = [own_facts["config"], *own_facts["members"]][at]
    except (KeyError, IndexError, StopIteration, TypeError) as error:
        raise CheckpointError(f"the checkpoint holds no member {place}") from error
    prefix, own = f"group{group}.", {}
    for name, tensor in tensors.items():
        short = name.removeprefix(prefix)
        if short == name:
            continue
        kind, _, rest = short.partition(".")
        if kind != "stream":
            # Every weight and moment has a leading member axis; a count of steps is one number.
            own[short] = tensor[at : at + 1] if tensor.ndim and len(tensor) == count else tensor
        elif not rest.rpartition(".")[2].isdigit():
            own[short] = tensor
        elif rest.endswith(f".{at}"):
            own[f"stream.{rest.rpartition('.')[0]}.0"] = tensor
    more = {"config": config, "members": [], "lost": [], "tensors": sorted(own)}
    return {name: np.array(array, order="C") for name, array in own.items()}, {**own_facts, **more}


def _read(path: Path) -> tuple[Tensors, dict[str, Any], dict[str, str]]:
    """Tensors, facts and header of a stored comparison."""
    try:
        with safe_open(str(path), framework="numpy") as file:
            header = dict(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dict)
            return tensors, json.loads(header["facts"]), header
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise CheckpointError(f"{path.name} is no whole checkpoint ({error})") from error


def _copy_own_past(parent: RunFolder, child: RunFolder, place: int, step: int) -> None:
    """Copy the member's curves and pictures of the steps up to step."""
    rows, times = parent.members(), parent.columns()
    names = [name for name in rows if name != "step"]
    steps = rows.get("step", np.empty(0, np.int64))
    chosen = np.flatnonzero((steps > 0) & (steps <= step))
    known = len(times["step"]) > 0
    seconds = np.interp(steps, times["step"], times["seconds"]) if known else np.zeros(len(steps))
    table = np.stack([rows[name][:, place] for name in names], 1) if len(chosen) else None
    with child.open() as connection, transaction(connection):
        if table is not None:
            connection.executemany(
                "INSERT INTO metric VALUES (?, ?, ?)",
                [(int(steps[k]), float(seconds[k]), table[k].tobytes()) for k in chosen],
            )
        for at in parent.sample_steps():
            if at <= step and (found := parent.sample(at)):
                connection.execute("INSERT INTO sample VALUES (?, ?)", (at, _own(found[1], place)))


def _own(picture: bytes, place: int) -> bytes:
    """One member's part of the snapshot of a comparison."""
    arrays = load(picture)
    own = {name: arrays[name][place] for name in OF_EACH if name in arrays}
    own |= {name: arrays[name] for name in COMMON}
    return save({name: np.ascontiguousarray(array, np.float32) for name, array in own.items()})
