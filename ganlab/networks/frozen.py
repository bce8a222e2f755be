"""A network inside another one that is not trained."""

from typing import Any

from torch import Tensor, nn
from torch.func import functional_call


class Frozen(nn.Module):
    """Calls net with weights that are buffers: stored in the state, but not optimised.

    Gradients flow to its input. It always runs in evaluation mode.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self._net = (net.eval().requires_grad_(False),)  # in a tuple, so that it is no child
        for name, tensor in net.state_dict().items():
            self.register_buffer(name.replace(".", "-"), tensor.detach().clone())

    @property
    def net(self) -> nn.Module:
        """The network with the weights that it is called with."""
        self._net[0].load_state_dict(self._weights())
        return self._net[0]

    def forward(self, x: Tensor) -> Any:
        """What the network returns for x."""
        return functional_call(self._net[0], self._weights(), (x,))

    def _weights(self) -> dict[str, Tensor]:
        return {name.replace("-", "."): tensor for name, tensor in self.named_buffers()}
