"""Activations of the point networks, with their backward functions.

A backward function overwrites the gradient that it is given, because allocating another tensor
costs more than the arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

_ops = torch.ops.aten


@dataclass(frozen=True)
class Activation:
    """An elementwise function and its backward function."""

    function: Callable[[Tensor], Tensor]
    backward: Callable[[Tensor, Tensor], Tensor]
    """(gradient, saved) -> gradient times the slope; saved is the result, or the argument."""
    overwrite: Callable[[Tensor], Tensor] | None = None
    """The function in place, if the slope follows from its result; None if it does not."""
    piecewise_linear: bool = False
    """Whether its slope is constant on either side of zero, so that its second derivative is 0."""

    def __call__(self, x: Tensor) -> Tensor:
        """The function of x, as a new tensor that autograd tracks."""
        return self.function(x)


ACTIVATIONS: dict[str, Activation] = {
    "leaky-relu": Activation(
        lambda x: F.leaky_relu(x, 0.2),
        lambda g, y: _ops.leaky_relu_backward.grad_input(g, y, 0.2, True, grad_input=g),
        lambda x: F.leaky_relu_(x, 0.2),
        piecewise_linear=True,
    ),
    "relu": Activation(
        F.relu,
        lambda g, y: _ops.threshold_backward.grad_input(g, y, 0.0, grad_input=g),
        F.relu_,
        piecewise_linear=True,
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
