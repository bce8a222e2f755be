"""A field of GANs that train in lock-step although no single ensemble can hold them all.

Members whose networks and moves are alike share an ensemble; the others stand in groups of their
own. All meet the same data and the same z, and start from the same weights where shapes agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from ganlab.config import RunConfig
from ganlab.config.variants import check_shared
from ganlab.data.progress import Report, silent
from ganlab.errors import ConfigError
from ganlab.networks.ensemble_layers import EnsembleLinear
from ganlab.training.members import checked_members
from ganlab.training.state import State, build_state

MOST_TOGETHER = 32
"""Members of one group: more of them outgrow a processor's cache and are slower, not faster."""


@dataclass
class Field:
    """The states of all groups; what they have in common is read from it as from one State."""

    config: RunConfig
    """What the members' own values are added to; knobs that were turned are in it too."""
    states: list[State]
    order: list[tuple[int, ...]]
    """The members of each group, by their place in the field."""
    lost: dict[int, int] = field(default_factory=dict)
    """Members whose loss is no longer finite, with the step at which that was seen."""
    seconds: float = 0.0
    """Time spent in training, all groups together."""

    @property
    def step(self) -> int:
        """How many steps have been made; a group whose members are all lost has made fewer."""
        return max(state.step for state in self.states)

    @property
    def members(self) -> tuple[RunConfig, ...]:
        """Each member's configuration, in the field's order."""
        return tuple(self.in_order([list(state.members) for state in self.states]))

    @property
    def device(self) -> torch.device:
        """Where all of them train."""
        return self.states[0].device

    @property
    def source(self) -> Any:
        """The data that all of them meet."""
        return self.states[0].source

    def in_order(self, grouped: Sequence[Sequence[Any]]) -> list[Any]:
        """One entry a member, in the field's order, from one list a group."""
        places = [k for group in self.order for k in group]
        entries = [entry for group in grouped for entry in group]
        return [entry for _, entry in sorted(zip(places, entries, strict=True), key=lambda p: p[0])]

    def is_out(self, group: int) -> bool:
        """Whether all members of the group are lost, so that it rests."""
        return all(k in self.lost for k in self.order[group])


def lockstep_groups(members: Sequence[RunConfig], apart: bool = False) -> list[tuple[int, ...]]:
    """Which members can share an ensemble, by place; apart puts each into a group of its own."""
    groups: list[list[int]] = []
    for k, config in enumerate(members):
        for group in groups:
            if not apart and len(group) < MOST_TOGETHER and _fit(members[group[0]], config):
                group.append(k)
                break
        else:
            groups.append([k])
    return [tuple(group) for group in groups]


def _fit(one: RunConfig, other: RunConfig) -> bool:
    try:
        checked_members([one, other])
    except ConfigError:
        return False
    return True


def build_field(
    config: RunConfig,
    members: Sequence[RunConfig],
    device: torch.device,
    report: Report = silent,
    order: Sequence[Sequence[int]] | None = None,
) -> Field:
    """The field at step 0. order, if given, is that of a stored field."""
    check_shared(members)
    groups = lockstep_groups(members) if order is None else [tuple(group) for group in order]
    states = [
        build_state(members[group[0]], device, report, members=[members[k] for k in group])
        for group in groups
    ]
    for state in states[1:]:
        share_start(states[0], state)
    return Field(config, states, groups)


@torch.no_grad()
def share_start(first: State, other: State) -> None:
    """Give the members of other the first group's weights of the same seed, where shapes agree.

    Layers that only one of two networks has would else shift all draws that follow them.
    """
    places = {config.seed: k for k, config in reversed(list(enumerate(first.members)))}
    pairs = [
        (k, places[config.seed])
        for k, config in enumerate(other.members)
        if config.seed in places and _gain(config) == _gain(first.members[places[config.seed]])
    ]
    for theirs, mine in ((first.G, other.G), (first.D, other.D)):
        _copy_alike(theirs, mine, pairs)
    other.G_mean.load_state_dict(other.G.state_dict())


def _gain(config: RunConfig) -> Any:
    """The factor that stands in G's weights themselves."""
    return config.network.values.get("g_gain")


def _copy_alike(source: nn.Module, target: nn.Module, pairs: Sequence[tuple[int, int]]) -> None:
    theirs = dict(source.named_parameters())
    for name, weight in target.named_parameters():
        found = theirs.get(name)
        if found is not None and found.shape[1:] == weight.shape[1:]:
            for k, place in pairs:
                weight[k] = found[place]
    for layer in target.modules():
        if isinstance(layer, EnsembleLinear):
            layer.settle()
