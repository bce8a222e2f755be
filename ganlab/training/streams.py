"""A run's own random streams, kept apart from whatever else draws numbers in the process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from ganlab.device import generator_on, global_states, set_global_states

Generators = torch.Generator | Sequence[torch.Generator]
"""One stream, or one a member of an ensemble."""


def derived_seed(seed: int, purpose: int) -> int:
    """A seed for one purpose of a run, in the 32 bits that torch's CPU generator reads."""
    return (seed * 0x9E3779B1 + purpose * 0x85EBCA6B + 1) % 2**32


class RandomStreams:
    """The streams of z, of data and of chance (penalties, instance noise), and torch's global one.

    They are apart, so that two members of a race see the same z and the same data although one of
    them draws numbers for its penalty. With member_seeds each is a list, one stream a member.
    """

    def __init__(
        self, seed: int, device: torch.device, member_seeds: Sequence[int] | None = None
    ) -> None:
        self._device = device
        self.z: Generators
        self.chance: Generators
        self.data: list[torch.Generator] = []
        if member_seeds is None:
            self.z = generator_on(device, 2 * seed + 1)
            self.chance = self._members([seed], 2)[0]
        else:
            self.z = self._members(member_seeds, 0)
            self.data = self._members(member_seeds, 1)
            self.chance = self._members(member_seeds, 2)
        with self._global_put_back():
            torch.manual_seed(seed)
            self._global = global_states(device)

    @contextmanager
    def own(self) -> Iterator[None]:
        """Inside, torch's global stream is the run's; outside, it is the caller's, untouched."""
        with self._global_put_back():
            set_global_states(self._global, self._device)
            try:
                yield
            finally:
                self._global = global_states(self._device)

    def state(self) -> dict[str, Tensor]:
        """Every stream's state, as uint8 tensors."""
        return {name: g.get_state() for name, g in self._named().items()} | self._global

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go back to where `state()` was taken."""
        for name, generator in self._named().items():
            generator.set_state(state[name])
        self._global = {name: state[name] for name in self._global if name in state}

    def _members(self, seeds: Sequence[int], purpose: int) -> list[torch.Generator]:
        return [generator_on(self._device, derived_seed(seed, purpose)) for seed in seeds]

    def _named(self) -> dict[str, torch.Generator]:
        named: dict[str, torch.Generator] = {}
        for name in ("z", "data", "chance"):
            streams = getattr(self, name)
            if isinstance(streams, torch.Generator):
                named[name] = streams
            else:
                named |= {f"{name}.{k}": g for k, g in enumerate(streams)}
        return named

    @contextmanager
    def _global_put_back(self) -> Iterator[None]:
        before = global_states(self._device)
        try:
            yield
        finally:
            set_global_states(before, self._device)
