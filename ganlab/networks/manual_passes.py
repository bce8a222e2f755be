"""Passes through a plain ensemble of MLPs with their gradients written out, layer by layer.

A step of two small networks is some hundred kernels of a few microseconds each, and on a CPU
autograd's bookkeeping costs as much as they do. Here the same kernels run without it: activations
bend in place, a gradient overwrites the one it came from, and members go through in groups whose
layers stay in the processor's cache. `EnsembleMLP.forward` is the text that this one must equal.

Weights are (E, in, out) and biases (E, 1, out), by turns, the last pair the head's.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from ganlab.networks.activations import Activation

CACHED = 2**20
"""Bytes that one hidden layer of a group of members may fill: about a core's own cache."""


class Trace(NamedTuple):
    """What one group of members leaves behind on its way forward."""

    fed: list[Tensor]
    """What each layer multiplied, in the type that it multiplied in."""
    weights: list[Tensor]
    """By what it multiplied it."""
    kept: list[Tensor]
    """What the slope of each activation is read from."""


def forward(
    x: Tensor, weights: Sequence[Tensor], bend: Activation, dtype: torch.dtype
) -> tuple[Tensor, list[Trace]]:
    """X (E, N, in) -> (E, N, out) in float32, and what `backward` needs.

    The outer layers multiply in float32, those between them in dtype.
    """
    parts = _parts(x, weights[0], dtype)
    if len(parts) == 1:
        out, trace = _forward(x, weights, bend, dtype)
        return out, [trace]
    found = [_forward(x[part], [w[part] for w in weights], bend, dtype) for part in parts]
    return torch.cat([out for out, _ in found]), [trace for _, trace in found]


def backward(
    traces: Sequence[Trace],
    gradient: Tensor,
    bend: Activation,
    into: Sequence[Tensor] = (),
    inputs: bool = False,
) -> Tensor | None:
    """Pull the gradient of the output (E, N, out) back through a pass.

    The gradients of weights and biases are written into `into`, if given; that of x is returned if
    `inputs` says so.
    """
    if len(traces) == 1:
        return _backward(traces[0], gradient, bend, into, inputs)
    found, start = [], 0
    for trace in traces:
        part = slice(start, start := start + len(trace.fed[0]))
        found.append(_backward(trace, gradient[part], bend, [w[part] for w in into], inputs))
    return torch.cat(found) if inputs else None


def _parts(x: Tensor, first: Tensor, dtype: torch.dtype) -> list[slice]:
    """The members in groups of which a hidden layer fits the cache."""
    size = max(1, CACHED // (x.shape[1] * first.shape[-1] * dtype.itemsize))
    return [slice(start, start + size) for start in range(0, len(x), size)]


def _forward(
    x: Tensor, weights: Sequence[Tensor], bend: Activation, dtype: torch.dtype
) -> tuple[Tensor, Trace]:
    trace = Trace([], [], [])
    last = len(weights) - 2
    for k in range(0, last, 2):
        weight, bias = weights[k], weights[k + 1]
        if k and dtype is not torch.float32:
            x, weight, bias = x.to(dtype), weight.to(dtype), bias.to(dtype)
            if bend.piecewise_linear:
                trace.kept[-1] = x  # its sign is enough, and the wider copy need not be kept
        trace.fed.append(x)
        trace.weights.append(weight)
        x = torch.baddbmm(bias, x, weight)
        if bend.overwrite:
            x = bend.overwrite(x)
            trace.kept.append(x)
        else:
            trace.kept.append(x)
            x = bend.function(x)
    x = x.float()
    trace.fed.append(x)
    trace.weights.append(weights[last])
    return _narrow(weights[last + 1], x, weights[last]), trace


def _backward(
    trace: Trace, gradient: Tensor, bend: Activation, into: Sequence[Tensor], inputs: bool
) -> Tensor | None:
    for k in range(len(trace.fed) - 1, -1, -1):
        x, weight = trace.fed[k], trace.weights[k]
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
            kept = trace.kept[k - 1]
            if gradient.dtype is not kept.dtype:
                gradient = gradient.to(kept.dtype)
            gradient = bend.backward(gradient, kept)
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
