"""The members of one training: one GAN, or several that train in lock-step.

Members whose networks and steps have equal shapes share a State; the others are in groups of their
own. All meet the same data and the same z, and start from the same weights where shapes agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.config import RunConfig
from ganlab.config.variants import check_shared
from ganlab.data.progress import Report, silent
from ganlab.errors import ConfigError
from ganlab.networks.ensemble_layers import EnsembleLinear
from ganlab.training.members import checked_members
from ganlab.training.optimizers import rebuilt
from ganlab.training.player_losses import Objective
from ganlab.training.state import Arrays, State, Task, build_state, in_order

MOST_TOGETHER = 32
"""Members of one group: more of them outgrow a processor's cache and are slower, not faster."""
PLAYERS = ("d_optimizer", "g_optimizer")


@dataclass
class Ensemble:
    """All that changes while a training goes on: the states of its groups, and who is lost."""

    config: RunConfig
    """The configuration in force that the members' own values are added to."""
    states: list[State]
    order: list[tuple[int, ...]]
    """The members of each group, by their place in the ensemble."""
    alone: bool = True
    """Whether it is one GAN that is not compared with others: without variants."""
    lost: dict[int, int] = field(default_factory=dict)
    """Members whose loss is no longer finite, with the step at which that was seen."""
    cpu: dict[int, tuple[float, int]] = field(default_factory=dict)
    """The processor's seconds that each group took for how many steps, by its place."""

    @classmethod
    def of(cls, state: "State | Ensemble") -> "Ensemble":
        """An ensemble of one group; an ensemble as it is."""
        if isinstance(state, Ensemble):
            return state
        members = tuple(range(len(state.members)))
        return cls(state.config, [state], [members], alone=len(members) == 1)

    @property
    def step(self) -> int:
        """How many steps have been made; a group whose members are all lost has made fewer."""
        return max(state.step for state in self.states)

    @property
    def seconds(self) -> float:
        """Time spent in training, all groups together, pauses left out."""
        return max(state.seconds for state in self.states)

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        for state in self.states:
            state.seconds = seconds  # a budget of time, and decays along it, are common

    def step_costs(self) -> list[float]:
        """The processor's seconds of a step of each member, of its group's a share; 0: unknown."""
        out = [0.0] * sum(map(len, self.order))
        for group, (seconds, steps) in self.cpu.items():
            for member in self.order[group]:
                out[member] = seconds / max(steps, 1) / len(self.order[group])
        return out

    @property
    def members(self) -> tuple[RunConfig, ...]:
        """The configuration of each member, in their order."""
        return tuple(self.in_order([list(state.members) for state in self.states]))

    @property
    def device(self) -> torch.device:
        """Where all of them train."""
        return self.states[0].device

    @property
    def task(self) -> Task:
        """What all of them learn."""
        return self.states[0].task

    @property
    def source(self) -> Any:
        """The data that all of them meet."""
        return self.states[0].source

    def in_order(self, grouped: Sequence[Sequence[Any]]) -> list[Any]:
        """One entry a member, in the order of the members, from one list a group."""
        return in_order(self.order, grouped)

    def is_out(self, group: int) -> bool:
        """Whether all members of the group are lost, so that it is trained no further."""
        return all(k in self.lost for k in self.order[group])

    def snapshot(self, z: Sequence[Tensor]) -> Arrays:
        """What each group's G makes of its z now, see `Task.snapshot`."""
        return self.task.snapshot(self.states, z, self.order, self.alone)

    def measure(self) -> list[dict[str, float]]:
        """The task's scores of each member; [] if it has none that are cheap enough."""
        grouped = [state.task.measure(state) for state in self.states]
        return self.in_order(grouped) if all(grouped) else []

    def set_live(self, name: str, value: Any) -> None:
        """Give a setting a new value for all members from the next step on.

        Raises ConfigError if the setting is unknown, the value wrong, or it cannot change now;
        nothing has changed then.
        """
        config = self.config.with_values({name: value})
        changed = [checked_change(state.members, name, value) for state in self.states]
        for state, members in zip(self.states, changed, strict=True):
            averaged = state.config.ema
            set_members(state, members, [one for one in PLAYERS if name.startswith(one)])
            if state.config.ema and not averaged:  # the average was not updated meanwhile
                state.G_mean.load_state_dict(state.G.state_dict())
        self.config = config


def checked_change(members: Sequence[RunConfig], name: str, value: Any) -> tuple[RunConfig, ...]:
    """The members with the setting's new value.

    Raises ConfigError if the setting is unknown, the value wrong, or it cannot change now.
    """
    changed = checked_members([one.with_values({name: value}) for one in members])
    if not members[0].is_live(name):
        raise ConfigError(f"{name} cannot be turned while a run trains: start a new run with it")
    return changed


def set_members(
    state: State, members: tuple[RunConfig, ...], optimizers: Sequence[str] = PLAYERS
) -> None:
    """Give the state other configurations; the optimisers that are named are built from them."""
    state.members, state.objective = members, Objective(members, state.device)
    for player in optimizers:
        configs = [getattr(one, player) for one in members]
        setattr(state, player, rebuilt(getattr(state, player), configs))


# --- building -------------------------------------------------------------------------------------


def build_ensemble(
    config: RunConfig,
    members: Sequence[RunConfig],
    device: torch.device,
    report: Report = silent,
    order: Sequence[Sequence[int]] | None = None,
    alone: bool = False,
) -> Ensemble:
    """The ensemble of these members at step 0. order, if given, is that of a stored ensemble.

    Raises ConfigError if the members do not have the same data, z and budget.
    """
    if not alone:
        check_shared(members)
    groups = lockstep_groups(members) if order is None else [tuple(group) for group in order]
    states = [
        build_state(members[group[0]], device, report, members=[members[k] for k in group])
        for group in groups
    ]
    for state in states[1:]:
        share_start(states[0], state)
    return Ensemble(config, states, groups, alone)


def lockstep_groups(members: Sequence[RunConfig], apart: bool = False) -> list[tuple[int, ...]]:
    """Which members can share a State, by place; apart puts each into a group of its own."""
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
        _copy_equal_shapes(theirs, mine, pairs)
    other.G_mean.load_state_dict(other.G.state_dict())


def _gain(config: RunConfig) -> Any:
    """The factor that is part of G's weights themselves."""
    return config.network.values.get("g_gain")


def _copy_equal_shapes(
    source: nn.Module, target: nn.Module, pairs: Sequence[tuple[int, int]]
) -> None:
    theirs = dict(source.named_parameters())
    for name, weight in target.named_parameters():
        found = theirs.get(name)
        if found is not None and found.shape[1:] == weight.shape[1:]:
            for k, place in pairs:
                weight[k] = found[place]
    for layer in target.modules():
        if isinstance(layer, EnsembleLinear):
            layer.settle()


# --- rollback -------------------------------------------------------------------------------------


class Rollback:
    """The last good weights: a copy of every weight of a state at a step at which all were finite.

    They are kept in memory for the case that training diverges.
    """

    def __init__(self, state: State) -> None:
        self.step = state.step
        self._weights = {name: tensor.clone() for name, tensor in _weights(state).items()}

    @torch.no_grad()
    def keep(self, state: State) -> bool:
        """Replace the copy by the state's present weights and return True, if all are finite."""
        present = _weights(state)
        floats = [tensor for tensor in present.values() if tensor.is_floating_point()]
        if not bool(torch.stack(torch._foreach_norm(floats)).isfinite().all()):
            return False
        for name, tensor in present.items():
            self._weights[name].copy_(tensor)
        self.step = state.step
        return True

    @torch.no_grad()
    def restore(self, state: State) -> None:
        """Put the copy back into the state; the moments of its optimisers are dropped.

        They have seen the gradients by which training diverged.
        """
        for name, tensor in _weights(state).items():
            tensor.copy_(self._weights[name])
        for optimizer in (state.d_optimizer, state.g_optimizer):
            optimizer.state.clear()


def _weights(state: State) -> dict[str, Tensor]:
    players = {"G": state.G, "D": state.D, "G_mean": state.G_mean}
    return {f"{who}.{k}": v for who, net in players.items() for k, v in net.state_dict().items()}
