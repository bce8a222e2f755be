"""What bends the layers of the point networks, each with its slope for a gradient to be pulled by.

A pull overwrites the gradient that it is given: a fresh tensor costs more than the arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

_ops = torch.ops.aten


@dataclass(frozen=True)
class Activation:
    """A function of one unit and how gradients come back through it."""

    function: Callable[[Tensor], Tensor]
    pull: Callable[[Tensor, Tensor], Tensor]
    """(gradient, kept) -> gradient times the slope; kept is the result, or the argument."""
    overwrite: Callable[[Tensor], Tensor] | None = None
    """The function in place, where the slope can be read off its result; None where it cannot."""
    bends_once: bool = False
    """Whether its slope is constant left and right of zero, so that its second derivative is 0."""

    def __call__(self, x: Tensor) -> Tensor:
        """The function of x, as a fresh tensor that autograd can follow."""
        return self.function(x)


ACTIVATIONS: dict[str, Activation] = {
    "leaky-relu": Activation(
        lambda x: F.leaky_relu(x, 0.2),
        lambda g, y: _ops.leaky_relu_backward.grad_input(g, y, 0.2, True, grad_input=g),
        lambda x: F.leaky_relu_(x, 0.2),
        bends_once=True,
    ),
    "relu": Activation(
        F.relu,
        lambda g, y: _ops.threshold_backward.grad_input(g, y, 0.0, grad_input=g),
        F.relu_,
        bends_once=True,
    ),
    "tanh": Activation(
        torch.tanh,
        lambda g, y: _ops.tanh_backward.grad_input(g, y, grad_input=g),
        torch.tanh_,
    ),
    "silu": Activation(F.silu, lambda g, x: _ops.silu_backward.grad_input(g, x, grad_input=g)),
    "gelu": Activation(F.gelu, lambda g, x: _ops.gelu_backward.grad_input(g, x, grad_input=g)),
    "sine": Activation(torch.sin, lambda g, x: g.mul_(torch.cos(x))),
}
