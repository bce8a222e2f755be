"""Steps taken back: the states before the last steps of a paused run, in memory."""

from collections import deque
from typing import Any

from torch import Tensor

from ganlab.config import RunConfig
from ganlab.training.loop import Training
from ganlab.training.objective import Objective
from ganlab.training.optimizers import rebuilt
from ganlab.training.resume import pack, unpack

DEPTH = 60
"""Steps that can be taken back; a state of two usual networks on points takes about 1 MB."""


class Rewind:
    """A bounded stack of the states that a run was in."""

    def __init__(self, depth: int = DEPTH) -> None:
        self._states: deque[tuple[tuple[RunConfig, ...], dict[str, Tensor], dict[str, Any]]] = (
            deque(maxlen=depth)
        )

    def __len__(self) -> int:
        return len(self._states)

    def push(self, training: Training) -> None:
        """Remember where the training stands."""
        tensors, facts = pack(training.state)
        copies = {name: tensor.clone() for name, tensor in tensors.items()}
        self._states.append((training.state.members, copies, facts))

    def pop(self, training: Training) -> int:
        """Put the training back to where it stood at the last push; its step.

        Knobs that were turned since then go back too. Raises ValueError if nothing is remembered.
        """
        if not self._states:
            raise ValueError(
                "there is no step to take back: only steps made while the run is paused can be"
            )
        members, tensors, facts = self._states.pop()
        state = training.state
        state.members, state.objective = members, Objective(members, state.device)
        for name in ("d_optimizer", "g_optimizer"):
            configs = [getattr(one, name) for one in members]
            optimizer = rebuilt(getattr(state, name), configs)
            optimizer.state.clear()
            setattr(state, name, optimizer)
        unpack(state, tensors, facts)
        training.end = ""
        training.settle()
        return state.step

    def clear(self) -> None:
        """Forget all: the run goes on by itself."""
        self._states.clear()
