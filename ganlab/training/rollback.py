"""The last good weights, kept in memory for the case that a run diverges."""

import torch
from torch import Tensor

from ganlab.training.state import State


class Rollback:
    """A copy of every weight of a run at a step at which all were finite."""

    def __init__(self, state: State) -> None:
        self.step = state.step
        self._weights = {name: tensor.clone() for name, tensor in _weights(state).items()}

    @torch.no_grad()
    def keep(self, state: State) -> bool:
        """Replace the copy by the run's present weights and return True, if all are finite."""
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
        """Put the copy back into the run; its optimisers start afresh.

        Their moments have seen the gradients that broke the run, and would break it again.
        """
        for name, tensor in _weights(state).items():
            tensor.copy_(self._weights[name])
        for optimizer in (state.d_optimizer, state.g_optimizer):
            optimizer.state.clear()


def _weights(state: State) -> dict[str, Tensor]:
    players = {"G": state.G, "D": state.D, "G_mean": state.G_mean}
    return {f"{who}.{k}": v for who, net in players.items() for k, v in net.state_dict().items()}
