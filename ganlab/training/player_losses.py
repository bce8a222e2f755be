"""What the two players minimise: loss, penalties and what is done to samples before D."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ganlab.catalogue import LOSSES, PENALTIES, TERMS, TRANSFORMS, Spec
from ganlab.config import Choice, RunConfig
from ganlab.objective.losses import d_slopes, g_slope
from ganlab.objective.transforms import instance_noise, noise_level, pack
from ganlab.training.members import chosen, column, grouped, packing
from ganlab.training.streams import Generators


@dataclass(frozen=True)
class LossGroup:
    """Members with one loss; all of them where members is None."""

    d_loss: partial[Tensor]
    g_loss: Callable[[Tensor, Tensor], Tensor]
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
    every: int = 1
    """In which steps it is asked for: those that this divides."""

    def values_at(self, progress: float) -> dict[str, Any]:
        """The values where that share of the run's budget is spent, 0 to 1."""
        if isinstance(self.end, float) and self.end == self.every == 1:
            return self.values
        # As much stronger as it is rarer, so that γ means the same (Karras et al. 2020).
        return self.values | {"gamma": self.values["gamma"] * self.end**progress * self.every}


@dataclass(frozen=True)
class Term:
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
        self.g_sees_real = any(LOSSES[c.loss.name].traits.get("paired", False) for c in members)
        """Whether G's loss compares fake samples with real ones."""
        self.terms = [_term(one) for one in members[0].terms]
        self.g_sees_real |= any(one.sees_real for one in self.terms)
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
        self._alterations = [
            (spec.load(), dict(one.values))
            for one in members[0].transforms
            if (spec := TRANSFORMS[one.name]).traits.get("kind") == "pictures"
        ]
        self._device = device
        self._spare = torch.Generator(device)

    def d_loss(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What D minimises, per sample; shape of the logits."""
        return self._by_group("d_loss", real_logits, fake_logits)

    def g_loss(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What G minimises, per sample; shape of the logits."""
        return self._by_group("g_loss", real_logits, fake_logits)

    def d_slopes(self, real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
        """The derivatives of `d_loss` by the logits, which are not part of any graph."""
        if self.groups[0].members is None:
            return d_slopes(self.groups[0].d_loss, real_logits, fake_logits)
        by_real, by_fake = torch.empty_like(real_logits), torch.empty_like(fake_logits)
        for group in self.groups:
            who = group.members
            by_real[who], by_fake[who] = d_slopes(group.d_loss, real_logits[who], fake_logits[who])
        return by_real, by_fake

    def g_slope(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """The derivative of `g_loss` by the fake logits, which are not part of any graph."""
        if self.groups[0].members is None:
            return g_slope(self.groups[0].g_loss, real_logits, fake_logits)
        by_fake = torch.empty_like(fake_logits)
        for group in self.groups:
            who = group.members
            by_fake[who] = g_slope(group.g_loss, real_logits[who], fake_logits[who])
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
        """Samples as D sees them: augmented, with instance noise, then packed."""
        for alter, values in self._alterations:
            assert isinstance(generators, torch.Generator)
            x = alter(x, generators, **values)
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


def _term(choice: Choice) -> Term:
    spec = TERMS[choice.name]
    of_d = spec.traits.get("d")
    return Term(
        Spec(target=of_d, summary="").load() if of_d else _nothing,
        spec.load(),
        bool(spec.traits.get("sees_real")),
        dict(choice.values),
    )


def _nothing(move: Any, **values: Any) -> float:
    del move, values
    return 0.0


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
    values.pop("every", None)
    every = max(int(one.values.get("every", 1)) for one in have if one)
    return Penalty(spec.load(), values, tuple(one is not None for one in have), end, every)
