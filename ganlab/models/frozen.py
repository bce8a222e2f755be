"""A network that another one carries about but never trains."""

from typing import Any

from torch import Tensor, nn
from torch.func import functional_call


class Frozen(nn.Module):
    """Calls net with weights that are buffers here: stored with the rest, moved by no optimiser.

    Gradients pass through to what it is shown. It always computes as in evaluation.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self._net = (net.eval().requires_grad_(False),)  # in a tuple, so that it is no child
        for name, tensor in net.state_dict().items():
            self.register_buffer(name.replace(".", "-"), tensor.detach().clone())

    def forward(self, x: Tensor) -> Any:
        """What the network returns for x."""
        weights = {name.replace("-", "."): tensor for name, tensor in self.named_buffers()}
        return functional_call(self._net[0], weights, (x,))
