"""What the two players minimise: loss, penalties and what is done to samples before D."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ganlab.config import Choice, RunConfig
from ganlab.device import generator_on
from ganlab.objective.losses import LossFunctions, functions_of
from ganlab.registry import Loss, Penalty, Term, Transform, find
from ganlab.training.members import chosen, column, grouped
from ganlab.training.streams import Generators


@dataclass(frozen=True)
class LossGroup:
    """Members with one loss; all of them where members is None."""

    loss: LossFunctions
    members: Tensor | None
    undecided: float | None
    """The score at which D is undecided; None if only differences of scores mean something."""


@dataclass(frozen=True)
class BoundPenalty:
    """One penalty with its values, a number each or a tensor (E, 1) where members differ."""

    function: Callable[..., Tensor]
    values: dict[str, Any]
    has: tuple[bool, ...]
    """Which members have it; γ is 0 for the others."""
    end: float | Tensor = 1.0
    """Share of γ that is left at the run's end."""
    every: int = 1
    """In which steps it is asked for: those that this divides."""

    def values_at(self, progress: float) -> dict[str, Any]:
        """The values where that share of the run's budget is spent, 0 to 1."""
        if isinstance(self.end, float) and self.end == self.every == 1:
            return self.values
        # As much stronger as it is rarer, so that γ means the same (Karras et al. 2020).
        return self.values | {"gamma": self.values["gamma"] * self.end**progress * self.every}


@dataclass(frozen=True)
class BoundTerm:
    """One term with its values: what it adds to each player's loss, per sample."""

    d: Callable[..., Tensor | float]
    g: Callable[..., Tensor | float]
    sees_real: bool
    values: dict[str, Any]


class Objective:
    """The functions that the members' configurations name, with their values bound."""

    def __init__(self, members: Sequence[RunConfig], device: torch.device) -> None:
        self.groups = [
            _loss_group(config, who)
            for config, who in grouped(members, lambda c: str(c.loss.to_json()), device)
        ]
        self.g_sees_real = any(find(Loss, c.loss.name).paired for c in members)
        """Whether G's loss compares fake samples with real ones."""
        self.terms = [_term(one) for one in members[0].terms]
        self.g_sees_real |= any(one.sees_real for one in self.terms)
        named = dict.fromkeys(one.name for c in members for one in c.penalties)
        built = {name: _penalty(name, members, device) for name in named}
        joint = {name: find(Penalty, name).both_players for name in named}
        self.penalties = [built[name] for name in named if not joint[name]]
        """On D alone, sample by sample."""
        self.game_penalties = [built[name] for name in named if joint[name]]
        """On both players."""
        before = [find(Transform, one.name) for one in members[0].transforms]
        self._alterations = [
            (record.load(), dict(one.values))
            for record, one in zip(before, members[0].transforms, strict=True)
            if record.level is None and not record.packs
        ]
        self._joins = [
            partial(record.load(), **one.values)
            for record, one in zip(before, members[0].transforms, strict=True)
            if record.packs
        ]
        self._levelled = _levelled(members)
        self._device = device
        self._spare = generator_on(device)

    def d_loss(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What D minimises, per sample; shape of the logits."""
        return self._by_group("d", real_logits, fake_logits)

    def g_loss(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What G minimises, per sample; shape of the logits."""
        return self._by_group("g", real_logits, fake_logits)

    def d_slopes(self, real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
        """The derivatives of `d_loss` by the logits, which are not part of any graph."""
        if self.groups[0].members is None:
            return self.groups[0].loss.d_slopes(real_logits, fake_logits)
        by_real, by_fake = torch.empty_like(real_logits), torch.empty_like(fake_logits)
        for group in self.groups:
            who = group.members
            by_real[who], by_fake[who] = group.loss.d_slopes(real_logits[who], fake_logits[who])
        return by_real, by_fake

    def g_slope(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """The derivative of `g_loss` by the fake logits, which are not part of any graph."""
        if self.groups[0].members is None:
            return self.groups[0].loss.g_slope(real_logits, fake_logits)
        by_fake = torch.empty_like(fake_logits)
        for group in self.groups:
            who = group.members
            by_fake[who] = group.loss.g_slope(real_logits[who], fake_logits[who])
        return by_fake

    def undecided(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """The score at which D is undecided, (1,) or (E, 1).

        Where a loss fixes none, it is the middle between the mean scores of real and of fake.
        """
        middle = (real_logits.mean(-1, keepdim=True) + fake_logits.mean(-1, keepdim=True)) / 2
        for group in self.groups:
            if group.undecided is None:
                continue
            if group.members is None:
                return torch.full_like(middle, group.undecided)
            middle[group.members] = group.undecided
        return middle

    def before_d(self, x: Tensor, step: int, generators: Generators) -> Tensor:
        """Samples as D sees them: altered, then those of a level, then packed."""
        for alter, values in self._alterations:
            assert isinstance(generators, torch.Generator)
            x = alter(x, generators, **values)
        for function, levels_at in self._levelled:
            levels = [at(step) for at in levels_at]
            if any(levels):
                level = column(levels, self._device)
                if isinstance(level, Tensor):
                    level = level[..., None]
                x = function(x, self._only(generators, [one > 0 for one in levels]), level)
        for join in self._joins:
            x = join(x)
        return x

    def penalty(
        self,
        D: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        generators: Generators,
        progress: float = 0.0,
        step: int = 0,
    ) -> Tensor | float:
        """The sum of D's penalties in this step, per sample; 0 where there are none.

        progress is the share of the run's budget that is spent, along which γ may fall.
        """
        total: Tensor | float = 0.0
        for one in self.penalties:
            if step % one.every:
                continue
            having = self._only(generators, one.has)
            total = total + one.function(D, real, fake, having, **one.values_at(progress))
        return total

    def _by_group(self, which: str, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        if self.groups[0].members is None:
            return getattr(self.groups[0].loss, which)(real_logits, fake_logits)
        losses = torch.zeros_like(fake_logits)
        for group in self.groups:
            who = group.members
            assert who is not None
            values = getattr(group.loss, which)(real_logits[who], fake_logits[who])
            losses = losses.index_copy(0, who, values)
        return losses

    def _only(self, generators: Generators, has: Sequence[bool]) -> Generators:
        """Generators of the members that have it; the others' streams are left where they are."""
        if isinstance(generators, torch.Generator):
            return generators
        return [g if mine else self._spare for g, mine in zip(generators, has, strict=True)]


def _loss_group(config: RunConfig, members: Tensor | None) -> LossGroup:
    record, values = find(Loss, config.loss.name), config.loss.values
    undecided = record.at_equilibrium(values).score
    return LossGroup(functions_of(record, values), members, undecided)


def _levelled(
    members: Sequence[RunConfig],
) -> list[tuple[Callable[..., Tensor], list[Callable[[int], float]]]]:
    """Each transform that has a level, with that of each member at a step."""
    names = dict.fromkeys(one.name for config in members for one in config.transforms)
    found = []
    for record in (find(Transform, name) for name in names):
        if record.level is None:
            continue
        have = [chosen(config.transforms, record.name) for config in members]
        levels = [partial(record.level, **one.values) if one else _nothing for one in have]
        found.append((record.load(), levels))
    return found


def _term(choice: Choice) -> BoundTerm:
    record = find(Term, choice.name)
    players = record.load()
    d = getattr(players, "d", _nothing)
    return BoundTerm(d, players.g, record.sees_real, dict(choice.values))


def _nothing(move: Any, **values: Any) -> float:
    del move, values
    return 0.0


def _penalty(name: str, members: Sequence[RunConfig], device: torch.device) -> BoundPenalty:
    record = find(Penalty, name)
    have = [chosen(config.penalties, name) for config in members]
    values: dict[str, Any] = {}
    for key, parameter in record.parameters.items():
        missing = 0.0 if key == "gamma" else float(parameter.default)
        values[key] = column([float(one.values[key]) if one else missing for one in have], device)
    if isinstance(spread := values.get("spread"), Tensor):
        values["spread"] = spread[..., None]  # it scales coordinates, not logits
    end = values.pop("end", 1.0)
    values.pop("every", None)
    every = max(int(one.values.get("every", 1)) for one in have if one)
    return BoundPenalty(record.load(), values, tuple(one is not None for one in have), end, every)
