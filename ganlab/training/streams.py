"""A run's own random streams, kept apart from whatever else draws numbers in the process."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class RandomStreams:
    """The stream of z, and torch's global stream (dropout, initialisation) as this run sees it."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self._device = device
        self.z = torch.Generator(device).manual_seed(2 * seed + 1)
        with self._global_put_back():
            torch.manual_seed(seed)
            self._global = self._read_global()

    @contextmanager
    def own(self) -> Iterator[None]:
        """Inside, torch's global stream is the run's; outside, it is the caller's, untouched."""
        with self._global_put_back():
            self._write_global(self._global)
            try:
                yield
            finally:
                self._global = self._read_global()

    def state(self) -> dict[str, Tensor]:
        """Every stream's state, as uint8 tensors."""
        return {"z": self.z.get_state(), **self._global}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go back to where `state()` was taken."""
        self.z.set_state(state["z"])
        self._global = {name: state[name] for name in self._global if name in state}

    @contextmanager
    def _global_put_back(self) -> Iterator[None]:
        before = self._read_global()
        try:
            yield
        finally:
            self._write_global(before)

    def _read_global(self) -> dict[str, Tensor]:
        states = {"cpu": torch.get_rng_state()}
        if self._device.type == "cuda":
            states["cuda"] = torch.cuda.get_rng_state(self._device)
        elif self._device.type == "mps":
            states["mps"] = torch.mps.get_rng_state()
        return states

    def _write_global(self, states: dict[str, Tensor]) -> None:
        torch.set_rng_state(states["cpu"])
        if "cuda" in states:
            torch.cuda.set_rng_state(states["cuda"], self._device)
        if "mps" in states:
            torch.mps.set_rng_state(states["mps"])
