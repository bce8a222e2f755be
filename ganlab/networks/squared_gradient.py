"""‖∇D(x)‖² of a plain D whose activation bends once, with the weights' gradient written out.

Where the activation is a straight line left and right of zero, ∇D(x) = W₁ S₁ W₂ S₂ … w is a
product of weights and of the slopes S that x switches on, and no bias is in it. So the gradient of
its square is one more walk through the layers, from x upwards, where autograd differentiates both
walks that led to it: half of its products are with zeros.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from ganlab.networks.activations import Activation


class SquaredGradient(torch.autograd.Function):
    """(x, activation, factor, *weights) -> ‖∇D(x)‖² for each sample of x (E, N, in): (E, N).

    D reads x · factor; weights and biases are by turns, the head's last. x is taken as fixed.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, bend: Activation, factor: float, *weights: Tensor) -> Tensor:
        """Walk up to learn the slopes, and down to learn the gradient."""
        assert bend.overwrite
        layers = list(zip(weights[:-2:2], weights[1:-2:2], strict=True))
        h, signs, down = x * factor, [], []
        for weight, bias in layers:
            h = bend.overwrite(torch.baddbmm(bias, h, weight))
            signs.append(h)
        gradient = weights[-2].mT.expand(-1, x.shape[1], -1).clone()
        for (weight, _), sign in zip(layers[::-1], signs[::-1], strict=True):
            down.append(bend.backward(gradient, sign))
            gradient = torch.bmm(down[-1], weight.mT)
        gradient = gradient * factor
        ctx.save_for_backward(*weights)
        ctx.walk = bend, factor, gradient, signs, down[::-1]
        return gradient.square().sum(-1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, by_square: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        """Walk up from the gradient: what meets a layer on both ways is that weight's gradient."""
        bend, factor, gradient, signs, down = ctx.walk
        found: list[Tensor | None] = []
        up = gradient * (2 * factor * by_square[..., None])
        weights = ctx.saved_tensors
        for weight, sign, came_down in zip(weights[:-2:2], signs, down, strict=True):
            found += [torch.bmm(up.mT, came_down), None]
            up = bend.backward(torch.bmm(up, weight), sign)
        return (None, None, None, *found, up.sum(1)[..., None], None)
