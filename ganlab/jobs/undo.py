"""Steps taken back: the states before the last steps of a paused run, in memory."""

from collections import deque
from typing import Any

from torch import Tensor

from ganlab.config import RunConfig
from ganlab.training import group_checkpoint, state_tensors
from ganlab.training.comparison import Race
from ganlab.training.ensemble_groups import Field
from ganlab.training.live_settings import PLAYERS, set_members
from ganlab.training.loop import Training
from ganlab.training.state import State

DEPTH = 60
"""Steps that can be taken back; a state of two usual networks on points takes about 1 MB."""


class UndoHistory:
    """A bounded stack of the states that a run was in."""

    def __init__(self, depth: int = DEPTH) -> None:
        self._states: deque[
            tuple[RunConfig, list[tuple[RunConfig, ...]], dict[str, Tensor], dict[str, Any]]
        ] = deque(maxlen=depth)

    def __len__(self) -> int:
        return len(self._states)

    def push(self, training: Training | Race) -> None:
        """Remember where the training stands."""
        state = training.state
        packed = (
            group_checkpoint.pack(state) if isinstance(state, Field) else state_tensors.pack(state)
        )
        tensors, facts = packed
        copies = {name: tensor.clone() for name, tensor in tensors.items()}
        members = [one.members for one in _parts(state)]
        self._states.append((state.config, members, copies, facts))

    def pop(self, training: Training | Race) -> int:
        """Put the training back to where it stood at the last push; its step.

        Knobs that were turned since then go back too. Raises ValueError if nothing is remembered.
        """
        if not self._states:
            raise ValueError(
                "there is no step to take back: only steps made while the run is paused can be"
            )
        config, wholes, tensors, facts = self._states.pop()
        state = training.state
        for part, members in zip(_parts(state), wholes, strict=True):
            set_members(part, members)
            for player in PLAYERS:
                getattr(part, player).state.clear()
        if isinstance(state, Field):
            state.config = config
            group_checkpoint.unpack(state, tensors, facts)
        else:
            state_tensors.unpack(state, tensors, facts)
        training.end = ""
        training.settle()
        return state.step

    def clear(self) -> None:
        """Forget all: the run goes on by itself."""
        self._states.clear()


def _parts(state: State | Field) -> list[State]:
    return state.states if isinstance(state, Field) else [state]
