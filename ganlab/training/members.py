"""The members of one training: E configurations that share every shape and advance in lock-step."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Transform, find

FREE = ("seed", "loss", "penalties", "noise", "d_optimizer", "g_optimizer", "d_clip")
"""What may differ between members; of the transforms, those of a level may too."""


def checked_members(members: Sequence[RunConfig]) -> tuple[RunConfig, ...]:
    """Return members as they are; raise ConfigError if they cannot train in lock-step."""
    first = members[0]
    for k, other in enumerate(members[1:], start=2):
        apart = {p for p in first.difference(other) if not _is_free(p)}
        apart |= {f"transforms.{name}" for name in _same_for_all(first) ^ _same_for_all(other)}
        for player in ("d_optimizer", "g_optimizer"):
            mine, theirs = getattr(first, player), getattr(other, player)
            for name in ("name", "beta1", "beta2", "epsilon"):
                if getattr(mine, name) != getattr(theirs, name):
                    apart.add(f"{player}.{name}")
        if apart:
            raise ConfigError(
                f"member {k} differs from member 1 in {', '.join(sorted(apart))}, which all members"
                " of one training must share: train it in a second one"
            )
    return tuple(members)


def _is_free(path: str) -> bool:
    top, _, rest = path.partition(".")
    if top != "transforms":
        return top in FREE
    name = rest.partition(".")[0]
    return not name or find(Transform, name).level is not None


def _same_for_all(config: RunConfig) -> set[str]:
    """The transforms that all members have or none: those without a level of each member's own."""
    return {one.name for one in config.transforms if find(Transform, one.name).level is None}


def chosen(choices: Sequence[Choice], name: str) -> Choice | None:
    """The choice of that name, or None."""
    return next((one for one in choices if one.name == name), None)


def column(values: Sequence[float], device: torch.device) -> float | Tensor:
    """One number where all members agree, else a tensor (E, 1)."""
    if len(set(values)) == 1:
        return values[0]
    return torch.tensor(values, dtype=torch.float32, device=device)[:, None]


def grouped(
    members: Sequence[RunConfig], key: Callable[[RunConfig], Any], device: torch.device
) -> list[tuple[RunConfig, Tensor | None]]:
    """A representative of each kind with the indices of its members; None where all are of it."""
    kinds: dict[Any, list[int]] = {}
    for k, config in enumerate(members):
        kinds.setdefault(key(config), []).append(k)
    if len(kinds) == 1:
        return [(members[0], None)]
    return [(members[ks[0]], torch.tensor(ks, device=device)) for ks in kinds.values()]
