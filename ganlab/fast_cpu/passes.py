"""Passes through an ensemble of MLPs with their gradients written out, layer by layer.

A step of two small networks is some hundred kernels of a few microseconds each, and on a CPU
autograd's bookkeeping costs as much as they do. Here the same kernels run without it: activations
are computed in place, a gradient overwrites the one it came from, and members go through in groups
whose layers stay in the processor's cache. `EnsembleMLP.forward` is what `forward` must equal.

Weights are (E, in, out) and biases (E, 1, out), by turns, the last pair the head's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
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
CACHED = 2**20
"""Bytes that one hidden layer of a group of members may fill: about a core's own cache."""


class Saved(NamedTuple):
    """What one group of members leaves behind on its way forward."""

    fed: list[Tensor]
    """What each layer multiplied, in the type that it multiplied in."""
    weights: list[Tensor]
    """By what it multiplied it."""
    kept: list[Tensor]
    """What the slope of each activation is read from."""


def forward(
    x: Tensor, weights: Sequence[Tensor], activation: Activation, dtype: torch.dtype
) -> tuple[Tensor, list[Saved]]:
    """X (E, N, in) -> (E, N, out) in float32, and what `backward` needs.

    The outer layers multiply in float32, those between them in dtype.
    """
    parts = _parts(x, weights[0], dtype)
    if len(parts) == 1:
        out, saved = _forward(x, weights, activation, dtype)
        return out, [saved]
    found = [_forward(x[part], [w[part] for w in weights], activation, dtype) for part in parts]
    return torch.cat([out for out, _ in found]), [saved for _, saved in found]


def backward(
    saved: Sequence[Saved],
    gradient: Tensor,
    activation: Activation,
    into: Sequence[Tensor] = (),
    inputs: bool = False,
) -> Tensor | None:
    """Take the gradient of the output (E, N, out) back through a pass.

    The gradients of weights and biases are written into `into`, if given; that of x is returned if
    `inputs` says so.
    """
    if len(saved) == 1:
        return _backward(saved[0], gradient, activation, into, inputs)
    found, start = [], 0
    for one in saved:
        part = slice(start, start := start + len(one.fed[0]))
        found.append(_backward(one, gradient[part], activation, [w[part] for w in into], inputs))
    return torch.cat(found) if inputs else None


def _parts(x: Tensor, first: Tensor, dtype: torch.dtype) -> list[slice]:
    """The members in groups of which a hidden layer fits the cache."""
    size = max(1, CACHED // (x.shape[1] * first.shape[-1] * dtype.itemsize))
    return [slice(start, start + size) for start in range(0, len(x), size)]


def _forward(
    x: Tensor, weights: Sequence[Tensor], activation: Activation, dtype: torch.dtype
) -> tuple[Tensor, Saved]:
    saved = Saved([], [], [])
    last = len(weights) - 2
    for k in range(0, last, 2):
        weight, bias = weights[k], weights[k + 1]
        if k and dtype is not torch.float32:
            x, weight, bias = x.to(dtype), weight.to(dtype), bias.to(dtype)
            if activation.piecewise_linear:
                saved.kept[-1] = x  # its sign is enough, and the wider copy need not be kept
        saved.fed.append(x)
        saved.weights.append(weight)
        x = torch.baddbmm(bias, x, weight)
        if activation.overwrite:
            x = activation.overwrite(x)
            saved.kept.append(x)
        else:
            saved.kept.append(x)
            x = activation.function(x)
    x = x.float()
    saved.fed.append(x)
    saved.weights.append(weights[last])
    return _narrow(weights[last + 1], x, weights[last]), saved


def _backward(
    saved: Saved, gradient: Tensor, activation: Activation, into: Sequence[Tensor], inputs: bool
) -> Tensor | None:
    for k in range(len(saved.fed) - 1, -1, -1):
        x, weight = saved.fed[k], saved.weights[k]
        if gradient.dtype is not x.dtype:
            gradient = gradient.to(x.dtype)
        if into:
            _weight_gradient(x, gradient, into[2 * k])
            into[2 * k + 1].copy_(gradient.sum(1, keepdim=True))
        if k == 0 and not inputs:
            return None
        one_column = weight.shape[-1] == 1
        gradient = gradient * weight.mT if one_column else torch.bmm(gradient, weight.mT)
        if k:
            kept = saved.kept[k - 1]
            if gradient.dtype is not kept.dtype:
                gradient = gradient.to(kept.dtype)
            gradient = activation.backward(gradient, kept)
    return gradient


# Products with one or two columns have a fast arrangement and slow ones, five to fifteen times
# apart in float32 where there are many members.


def _narrow(bias: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """The head's product, whose columns are few."""
    if weight.shape[-1] > 1:
        return torch.baddbmm(bias, x, weight.mT.contiguous().mT)
    if len(x) == 1:
        return torch.baddbmm(bias, x, weight)
    twice = F.pad(weight.mT, (0, 0, 0, 1))
    return torch.bmm(x, twice.mT)[..., :1] + bias


def _weight_gradient(x: Tensor, gradient: Tensor, into: Tensor) -> None:
    if gradient.shape[-1] < x.shape[-1]:
        into.copy_(torch.bmm(gradient.mT, x).mT)
    elif x.dtype is into.dtype:
        torch.bmm(x.mT, gradient, out=into)
    else:
        into.copy_(torch.bmm(x.mT, gradient))


class SquaredGradient(torch.autograd.Function):
    """(x, activation, factor, *weights) -> ‖∇D(x)‖² for each sample of x (E, N, in): (E, N).

    D reads x · factor; weights and biases are by turns, the head's last. x is taken as fixed.

    Where the activation is a straight line left and right of zero, ∇D(x) = W₁ S₁ W₂ S₂ … w is a
    product of weights and of the slopes S that x switches on, and no bias is in it. So the gradient
    of its square is one more walk through the layers, from x upwards, where autograd differentiates
    both walks that led to it: half of its products are with zeros.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, activation: Activation, factor: float, *weights: Tensor
    ) -> Tensor:
        """Walk up to learn the slopes, and down to learn the gradient."""
        assert activation.overwrite
        layers = list(zip(weights[:-2:2], weights[1:-2:2], strict=True))
        h, signs, down = x * factor, [], []
        for weight, bias in layers:
            h = activation.overwrite(torch.baddbmm(bias, h, weight))
            signs.append(h)
        gradient = weights[-2].mT.expand(-1, x.shape[1], -1).clone()
        for (weight, _), sign in zip(layers[::-1], signs[::-1], strict=True):
            down.append(activation.backward(gradient, sign))
            gradient = torch.bmm(down[-1], weight.mT)
        gradient = gradient * factor
        ctx.save_for_backward(*weights)
        ctx.walk = activation, factor, gradient, signs, down[::-1]
        return gradient.square().sum(-1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, by_square: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        """Walk up from the gradient: what meets a layer on both ways is that weight's gradient."""
        activation, factor, gradient, signs, down = ctx.walk
        found: list[Tensor | None] = []
        up = gradient * (2 * factor * by_square[..., None])
        weights = ctx.saved_tensors
        for weight, sign, came_down in zip(weights[:-2:2], signs, down, strict=True):
            found += [torch.bmm(up.mT, came_down), None]
            up = activation.backward(torch.bmm(up, weight), sign)
        return (None, None, None, *found, up.sum(1)[..., None], None)
