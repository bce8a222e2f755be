"""What one move of a player is made from: real samples, labels and z."""

from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.training.state import State


class Batch(NamedTuple):
    """Real samples as D will see them, their labels, and the z of as many fake ones."""

    real: Tensor
    labels: Tensor | None
    z: Tensor
    clean: Tensor
    """The same real samples as they are: what an encoder or a classifier is asked about."""


def draw_batch(state: State) -> Batch:
    """The next real samples, through what stands before D, and the next z."""
    real, labels = state.source.next(state.config.batch)
    z = state.draw_z(state.config.batch)
    seen = state.objective.before_d(real, state.step, state.streams.chance)
    return Batch(seen, labels, z, real)


def draw_for_g(state: State) -> Batch:
    """What G's move needs: real samples only where something compares fake ones with them."""
    objective = state.objective
    if objective.g_sees_real or objective.game_penalties or state.streams.data:
        # In a race all members meet the same data, so they all draw it where one compares with it.
        return draw_batch(state)
    n = state.config.batch
    nothing = torch.empty(0)
    return Batch(nothing, state.draw_labels(n), state.draw_z(n), nothing)
