"""The squared gradient of a plain D against autograd through the same layers, in float64."""

import pytest
import torch

from ganlab.networks.mlp import PointDiscriminator


def discriminator(depth: int, activation: str) -> PointDiscriminator:
    members = [torch.Generator().manual_seed(k) for k in range(3)]
    return PointDiscriminator(
        members, pack=2, scale=1.7, gain=3.0, width=9, depth=depth, activation=activation
    ).double()


def under_autograd(D: PointDiscriminator, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return gradient.square().sum(-1)


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("activation", ["leaky-relu", "relu"])
def test_it_is_autograds_and_so_is_the_gradient_of_what_is_made_of_it(depth, activation):
    D = discriminator(depth, activation)
    assert D.bends_once
    x = torch.randn(3, 7, 4, dtype=torch.float64)
    weights = list(D.parameters())
    results = []
    for way in (D.squared_gradient, lambda x: under_autograd(D, x)):
        squared = way(x)
        penalty = ((squared + 1e-12).sqrt() - 1).square().mean(-1).sum()
        gradients = torch.autograd.grad(penalty, weights, allow_unused=True)
        results.append((squared.detach(), gradients))
    (mine, mine_by), (theirs, theirs_by) = results
    torch.testing.assert_close(mine, theirs)
    for a, b, weight in zip(mine_by, theirs_by, weights, strict=True):
        zero = torch.zeros_like(weight)
        torch.testing.assert_close(zero if a is None else a, zero if b is None else b)


def test_a_smooth_activation_goes_the_long_way():
    assert not discriminator(2, "tanh").bends_once


def test_it_cannot_be_differentiated_twice_unnoticed():
    D = discriminator(1, "relu")
    squared = D.squared_gradient(torch.randn(3, 5, 4, dtype=torch.float64)).sum()
    (first, *_) = torch.autograd.grad(squared, [D.flat[0]], create_graph=True)
    with pytest.raises(RuntimeError, match="require grad"):
        first.sum().backward()
