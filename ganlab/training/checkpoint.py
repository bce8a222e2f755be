"""One safe file: tensors as safetensors, the rest as JSON in its header. Nothing is unpickled."""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ganlab.config import MANY, RunConfig
from ganlab.data.progress import Report, silent
from ganlab.device import choose_device
from ganlab.errors import CheckpointError
from ganlab.files import write_file
from ganlab.training import state_tensors
from ganlab.training.ensemble import Ensemble, build_ensemble
from ganlab.training.state import State
from ganlab.training.state_tensors import stored_config, stored_members

FORMAT = "ganlab/1"


def save_tensors(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Write tensors and JSON facts as one file, atomically."""
    write_file(path, to_file(tensors, facts))


def to_file(tensors: dict[str, Tensor], facts: dict[str, Any]) -> bytes:
    """The file that `load_tensors` reads."""
    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = {"format": FORMAT, "facts": json.dumps(facts, allow_nan=False)}
    return save(ready, header)


def load_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and facts of a file that `save_tensors` wrote.

    Raises CheckpointError in one sentence if the file is missing, cut, or of another kind.
    """
    if not path.is_file():
        raise CheckpointError(f"there is no checkpoint at {path}")
    try:
        with safe_open(str(path), framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dict)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{path.name} is no whole safetensors file: it may be cut or foreign ({error})"
        ) from error
    if header.get("format") != FORMAT:
        raise CheckpointError(f"{path.name} was not written by ganlab, or by a newer one")
    try:
        return tensors, json.loads(header["facts"])
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path.name} has a header that cannot be read") from error


def save_run(path: Path, state: State | Ensemble) -> None:
    """Write all that is needed to go on with the run exactly where it is."""
    save_tensors(path, *pack(Ensemble.of(state)))


def load_run(
    path: Path,
    device: str = "auto",
    config: RunConfig | None = None,
    report: Report = silent,
) -> Ensemble:
    """The run stored at path, ready to go on. What config has otherwise, all its members have.

    Raises CheckpointError in one sentence if it cannot be used.
    """
    tensors, facts = load_tensors(path)
    try:
        if config is not None and isinstance(facts, dict) and "layout" in facts:
            return _taken_over(tensors, facts, choose_device(device), config, report)
        whole = stored_ensemble(facts, choose_device(device), config, report)
        unpack(whole, tensors, facts)
    except CheckpointError as error:
        raise CheckpointError(f"{path.name} cannot be used: {error}") from error
    return whole


def _taken_over(
    tensors: dict[str, Tensor],
    facts: dict[str, Any],
    device: torch.device,
    config: RunConfig,
    report: Report,
) -> Ensemble:
    """A run of super-resolution from before it was a task of this training."""
    from ganlab.training.superres_files import nested, take_over

    whole = build_ensemble(config, [config], device, report, alone=True)
    try:
        old = nested(tensors, facts["layout"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"the checkpoint lacks {error}: start a new run") from error
    take_over(whole.states[0], old)
    return whole


def pack(whole: Ensemble) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every tensor of the ensemble by name, and everything else as JSON.

    One GAN alone is stored as its state is. Of several, each group's tensors have its number
    before their names, and the facts of all groups are in one list.
    """
    if whole.alone:
        return state_tensors.pack(whole.states[0])
    tensors: dict[str, Tensor] = {}
    groups = []
    for k, state in enumerate(whole.states):
        own, facts = state_tensors.pack(state)
        tensors |= {f"{_prefix(k)}{name}": tensor for name, tensor in own.items()}
        groups.append(facts)
    return tensors, {
        "config": whole.config.to_json(),
        "step": whole.step,
        "seconds": whole.seconds,
        "device": whole.device.type,
        "order": [list(group) for group in whole.order],
        "lost_at": {str(member): step for member, step in whole.lost.items()},
        "groups": groups,
    }


def unpack(whole: Ensemble, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Put what `pack` gave into an ensemble of the same members; see `state_tensors.unpack`."""
    groups = _groups(facts)
    if len(groups) != len(whole.states):
        raise CheckpointError(f"the checkpoint must hold {len(whole.states)} groups of GANs")
    prefixes = tuple(_prefix(k) if "groups" in facts else "" for k in range(len(groups)))
    foreign = [name for name in tensors if not name.startswith(prefixes)]
    if foreign:
        raise CheckpointError(f"the checkpoint holds {foreign[0]}, which belongs to no group")
    for state, prefix, own in zip(whole.states, prefixes, groups, strict=True):
        mine = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        state_tensors.unpack(state, mine, own)
    whole.seconds = max(state.seconds for state in whole.states)
    try:
        lost = facts["lost_at"] if "groups" in facts else {}
        whole.lost = {int(member): int(step) for member, step in lost.items()}
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise CheckpointError("the checkpoint's lost members cannot be read") from error


def stored_ensemble(
    facts: dict[str, Any],
    device: torch.device,
    config: RunConfig | None = None,
    report: Report = silent,
) -> Ensemble:
    """A freshly built ensemble of the stored members; what config has otherwise, all of them have.

    Raises CheckpointError if the members cannot be read.
    """
    base = stored_config(facts)
    stored = [[stored_config(own), *stored_members(own)] for own in _groups(facts)]
    order = _order(facts, stored)
    changed = changes(base, config or base)
    places = dict(zip((k for group in order for k in group), itertools.chain(*stored), strict=True))
    members = [places[k].with_values(changed) for k in range(len(places))]
    alone = "groups" not in facts and len(members) == 1
    if alone and config:
        members = [config]
    return build_ensemble(config or base, members, device, report, order, alone)


def changes(old: RunConfig, new: RunConfig) -> dict[str, Any]:
    """The settings, by path, in which new differs from old."""
    mine, theirs = old.to_json(), new.to_json()
    out: dict[str, Any] = {}
    for name, value in theirs.items():
        if mine[name] == value:
            continue
        same = isinstance(value, dict) and mine[name]["name"] == value["name"]
        if same and name not in MANY:
            out |= {f"{name}.{k}": v for k, v in value.items() if mine[name][k] != v}
        else:
            out[name] = value
    return out


def _groups(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts of each group; a run that is stored without groups is one."""
    groups = facts.get("groups", [facts])
    if not isinstance(groups, list) or not groups:
        raise CheckpointError(f"the checkpoint's groups cannot be read, got {groups!r}")
    return groups


def _order(facts: dict[str, Any], stored: Sequence[Sequence[Any]]) -> list[list[int]]:
    """Which members are in which group: each of 0 to E - 1 once."""
    if "groups" not in facts:
        return [list(range(len(stored[0])))]
    order = facts.get("order")
    try:
        whole = [[int(k) for k in group] for group in order or ()]
        places = sorted(k for group in whole for k in group)
    except (TypeError, ValueError):
        whole, places = [], []
    if not all(whole) or not places or places != list(range(len(places))):
        raise CheckpointError(f"the checkpoint's order cannot be read, got {order!r}")
    if [len(group) for group in whole] != [len(members) for members in stored]:
        raise CheckpointError("the checkpoint's groups do not fit its members")
    return whole


def _prefix(group: int) -> str:
    return f"group{group}."
