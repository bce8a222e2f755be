"""What the two players minimise: loss, penalties and what stands before D."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ganlab.catalogue import LOSSES, PENALTIES, Spec
from ganlab.config import RunConfig
from ganlab.training.members import chosen, column, grouped, packing
from ganlab.training.streams import Generators
from ganlab.transforms import instance_noise, noise_level, pack

LossFunction = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class LossGroup:
    """Members with one loss; all of them where members is None."""

    d_loss: LossFunction
    g_loss: LossFunction
    members: Tensor | None
    undecided: float | None
    """The score at which D is undecided; None if only differences of scores mean something."""


@dataclass(frozen=True)
class Penalty:
    """One penalty with its values, a number each or a tensor (E, 1) where members differ."""

    function: Callable[..., Tensor]
    values: dict[str, Any]
    has: tuple[bool, ...]
    """Which members have it; γ is 0 for the others."""
    end: float | Tensor = 1.0
    """Share of γ that is left at the run's end."""

    def values_at(self, progress: float) -> dict[str, Any]:
        """The values where that share of the run's budget is spent, 0 to 1."""
        if isinstance(self.end, float) and self.end == 1.0:
            return self.values
        return self.values | {"gamma": self.values["gamma"] * self.end**progress}


class Objective:
    """The functions that the members' configurations name, with their values bound."""

    def __init__(self, members: Sequence[RunConfig], device: torch.device) -> None:
        self.groups = [
            _loss_group(config, who)
            for config, who in grouped(members, lambda c: str(c.loss.to_json()), device)
        ]
        self.g_sees_real = any(LOSSES[c.loss.name].traits.get("paired", False) for c in members)
        """Whether G's loss compares fake samples with real ones."""
        named = dict.fromkeys(one.name for c in members for one in c.penalties)
        built = {name: _penalty(name, members, device) for name in named}
        kinds = {name: PENALTIES[name].traits["kind"] for name in named}
        self.penalties = [built[name] for name in named if kinds[name] == "samples"]
        """On D alone, sample by sample."""
        self.game_penalties = [built[name] for name in named if kinds[name] == "game"]
        """On both players."""
        self.pack = packing(members[0])
        noises = [chosen(c.transforms, "instance-noise") for c in members]
        self._noises = [
            (float(one.values["sigma"]), int(one.values["decay_steps"])) if one else (0.0, 0)
            for one in noises
        ]
        self._device = device
        self._spare = torch.Generator(device)

    def d_loss(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What D minimises, per sample; shape of the logits."""
        return self._by_group("d_loss", real_logits, fake_logits)

    def g_loss(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What G minimises, per sample; shape of the logits."""
        return self._by_group("g_loss", real_logits, fake_logits)

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
        """Samples as D sees them: with instance noise, then packed."""
        levels = [noise_level(step, sigma, steps) for sigma, steps in self._noises]
        if any(levels):
            sigma = column(levels, self._device)
            if isinstance(sigma, Tensor):
                sigma = sigma[..., None]
            having = self._only(generators, [level > 0 for level in levels])
            x = instance_noise(x, having, sigma)
        return pack(x, self.pack)

    def penalty(
        self,
        D: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        generators: Generators,
        progress: float = 0.0,
    ) -> Tensor | float:
        """The sum of D's penalties, per sample; 0 where there are none.

        progress is the share of the run's budget that is spent, along which γ may fall.
        """
        total: Tensor | float = 0.0
        for one in self.penalties:
            having = self._only(generators, one.has)
            total = total + one.function(D, real, fake, having, **one.values_at(progress))
        return total

    def _by_group(self, which: str, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        if self.groups[0].members is None:
            return getattr(self.groups[0], which)(real_logits, fake_logits)
        losses = torch.zeros_like(fake_logits)
        for group in self.groups:
            who = group.members
            assert who is not None
            values = getattr(group, which)(real_logits[who], fake_logits[who])
            losses = losses.index_copy(0, who, values)
        return losses

    def _only(self, generators: Generators, has: Sequence[bool]) -> Generators:
        """Generators of the members that have it; the others' streams are left where they are."""
        if isinstance(generators, torch.Generator):
            return generators
        return [g if mine else self._spare for g, mine in zip(generators, has, strict=True)]


def _loss_group(config: RunConfig, members: Tensor | None) -> LossGroup:
    spec = LOSSES[config.loss.name]
    d_loss = Spec(target=spec.traits["d"], summary="").load()
    undecided = spec.traits.get("undecided", 0.0)
    return LossGroup(partial(d_loss, **config.loss.values), spec.load(), members, undecided)


def _penalty(name: str, members: Sequence[RunConfig], device: torch.device) -> Penalty:
    spec = PENALTIES[name]
    have = [chosen(config.penalties, name) for config in members]
    values: dict[str, Any] = {}
    for key, parameter in spec.parameters.items():
        missing = 0.0 if key == "gamma" else float(parameter.default)
        values[key] = column([float(one.values[key]) if one else missing for one in have], device)
    if isinstance(spread := values.get("spread"), Tensor):
        values["spread"] = spread[..., None]  # it scales coordinates, not logits
    end = values.pop("end", 1.0)
    return Penalty(spec.load(), values, tuple(one is not None for one in have), end)
