"""A field's state as tensors and JSON, and back: every group as `resume` packs it, side by side."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ganlab.config import MANY, RunConfig
from ganlab.data.progress import Report, silent
from ganlab.errors import CheckpointError
from ganlab.training import state_tensors
from ganlab.training.ensemble_groups import Field, build_field


def pack(field: Field) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every tensor of the field by name, and everything else as JSON."""
    tensors: dict[str, Tensor] = {}
    groups = []
    for k, state in enumerate(field.states):
        own, facts = state_tensors.pack(state)
        tensors |= {f"{_prefix(k)}{name}": tensor for name, tensor in own.items()}
        groups.append(facts)
    return tensors, {
        "config": field.config.to_json(),
        "step": field.step,
        "seconds": field.seconds,
        "device": field.device.type,
        "order": [list(group) for group in field.order],
        "lost_at": {str(member): step for member, step in field.lost.items()},
        "groups": groups,
    }


def unpack(field: Field, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Put a stored field into a freshly built one of the same members; see `resume.unpack`."""
    groups = _groups(facts, field.order)
    prefixes = tuple(_prefix(k) for k in range(len(groups)))
    foreign = [name for name in tensors if not name.startswith(prefixes)]
    if foreign:
        raise CheckpointError(f"the checkpoint holds {foreign[0]}, which belongs to no group")
    for k, state in enumerate(field.states):
        own = {
            name.removeprefix(prefixes[k]): tensor
            for name, tensor in tensors.items()
            if name.startswith(prefixes[k])
        }
        state_tensors.unpack(state, own, groups[k])
    field.seconds = max(state.seconds for state in field.states)
    try:
        field.lost = {int(member): int(step) for member, step in facts["lost_at"].items()}
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise CheckpointError("the checkpoint's lost members cannot be read") from error


def stored_field(
    facts: dict[str, Any],
    device: torch.device,
    config: RunConfig | None = None,
    report: Report = silent,
) -> Field:
    """A freshly built field of the stored members; what config says otherwise, all of them do."""
    base = state_tensors.stored_config(facts)
    order = _order(facts)
    places = [k for group in order for k in group]
    members: list[RunConfig] = [base] * len(places)
    for group, own in zip(order, _groups(facts, order), strict=True):
        stored = [state_tensors.stored_config(own), *state_tensors.stored_members(own)]
        if len(stored) != len(group):
            raise CheckpointError("the checkpoint's groups do not fit its members")
        for place, member in zip(group, stored, strict=True):
            members[place] = member
    changed = changes(base, config or base)
    members = [member.with_values(changed) for member in members]
    return build_field(config or base, members, device, report, order)


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


def _groups(facts: dict[str, Any], order: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    groups = facts.get("groups")
    if not isinstance(groups, list) or len(groups) != len(order):
        raise CheckpointError(f"the checkpoint must hold {len(order)} groups of GANs")
    return groups


def _order(facts: dict[str, Any]) -> list[list[int]]:
    """Which members are in which group: each of 0 to E - 1 once."""
    order = facts.get("order")
    try:
        whole = [[int(k) for k in group] for group in order or ()]
        places = sorted(k for group in whole for k in group)
    except (TypeError, ValueError):
        whole, places = [], []
    if not all(whole) or not places or places != list(range(len(places))):
        raise CheckpointError(f"the checkpoint's order cannot be read, got {order!r}")
    return whole


def _prefix(group: int) -> str:
    return f"group{group}."
