"""Passes written out by hand, and the squared gradient, against the same under autograd."""

import pytest
import torch

from ganlab.fast_cpu import passes
from ganlab.fast_cpu.passes import ACTIVATIONS
from ganlab.networks.mlp import PointDiscriminator, PointGenerator


def generators(seed: int, members: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed + k) for k in range(members)]


def networks(members: int, **values):
    G = PointGenerator(generators(0, members), z_dim=3, scale=1.7, **values)
    D = PointDiscriminator(generators(50, members), pack=2, scale=1.7, gain=3.0, **values)
    return [(G, torch.randn(members, 20, 3)), (D, torch.randn(members, 20, 4))]


@pytest.fixture
def without_autograd():
    """As a step runs it."""
    with torch.no_grad():
        yield


@torch.enable_grad()
def under_autograd(net, x, dtype, gradient):
    x = x.clone().requires_grad_(True)
    with torch.autocast("cpu", dtype=dtype, enabled=dtype is torch.bfloat16):
        out = net(x)
    return out.detach(), torch.autograd.grad(out, [x, *net.parameters()], gradient)


@pytest.mark.usefixtures("without_autograd")
@pytest.mark.parametrize("members", [1, 5])
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_pass_and_its_gradient_are_autograds(members, depth, activation):
    for net, x in networks(members, width=12, depth=depth, activation=activation):
        out, saved = net.forward_saving(x, torch.float32)
        gradient = torch.randn_like(out)
        by_x = net.backward(saved, gradient, weights=True, inputs=True)
        wanted, gradients = under_autograd(net, x, torch.float32, gradient)
        torch.testing.assert_close(out.detach(), wanted)
        found = [by_x, *(w.grad for w in net.parameters())]
        torch.testing.assert_close(found, list(gradients), rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("without_autograd")
@pytest.mark.parametrize("activation", ["leaky-relu", "tanh", "silu"])
def test_in_bfloat16_the_inner_layers_round_as_under_autocast(activation):
    for net, x in networks(3, width=32, depth=3, activation=activation):
        out, saved = net.forward_saving(x, torch.bfloat16)
        gradient = torch.randn_like(out)
        by_x = net.backward(saved, gradient, weights=True, inputs=True)
        wanted, gradients = under_autograd(net, x, torch.bfloat16, gradient)
        torch.testing.assert_close(out.detach(), wanted, rtol=1e-5, atol=1e-5)
        for mine, theirs in zip(
            [by_x, *(w.grad for w in net.parameters())], gradients, strict=True
        ):
            assert mine.dtype is torch.float32
            assert (mine - theirs).norm() <= 0.02 * theirs.norm()


@pytest.mark.usefixtures("without_autograd")
@pytest.mark.parametrize("room", [1, 12 * 20 * 4 * 2, 2**30])
def test_groups_of_any_size_give_the_same(monkeypatch, room):
    for net, x in networks(5, width=12, depth=2):
        out, saved = net.forward_saving(x, torch.float32)
        assert len(saved) == 1
        net.backward(saved, torch.ones_like(out), weights=True, inputs=False)
        wanted = [w.grad.clone() for w in net.parameters()]
        monkeypatch.setattr(passes, "CACHED", room)
        again, saved = net.forward_saving(x, torch.float32)
        assert len(saved) == {1: 5, 2**30: 1}.get(room, 3)
        by_x = net.backward(saved, torch.ones_like(out), weights=True, inputs=True)
        monkeypatch.undo()
        torch.testing.assert_close(again, out)
        torch.testing.assert_close([w.grad for w in net.parameters()], wanted)
        assert by_x is not None
        assert by_x.shape == x.shape


@pytest.mark.usefixtures("without_autograd")
def test_a_gradient_lies_in_memory_as_its_weight_does():
    for net, x in networks(2, width=6, depth=1):
        out, saved = net.forward_saving(x, torch.float32)
        net.backward(saved, torch.ones_like(out), weights=True, inputs=False)
        assert all(w.grad.stride() == w.stride() for w in net.parameters())


def test_networks_that_do_more_than_multiply_and_bend_are_not_plain():
    assert all(net.plain for net, _ in networks(1))
    for values in ({"norm": "batch"}, {"dropout": 0.1}):
        assert not any(net.plain for net, _ in networks(1, **values))
    assert not PointDiscriminator(generators(0, 1), batch_feature="stddev").plain
    assert not PointDiscriminator(generators(0, 1), norm="spectral").plain


# --- the squared gradient -------------------------------------------------------------------------


def discriminator(depth: int, activation: str) -> PointDiscriminator:
    members = [torch.Generator().manual_seed(k) for k in range(3)]
    return PointDiscriminator(
        members, pack=2, scale=1.7, gain=3.0, width=9, depth=depth, activation=activation
    ).double()


def squared_by_autograd(D: PointDiscriminator, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return gradient.square().sum(-1)


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("activation", ["leaky-relu", "relu"])
def test_it_is_autograds_and_so_is_the_gradient_of_what_is_made_of_it(depth, activation):
    D = discriminator(depth, activation)
    assert D.has_squared_gradient
    x = torch.randn(3, 7, 4, dtype=torch.float64)
    weights = list(D.parameters())
    results = []
    for way in (D.squared_gradient, lambda x: squared_by_autograd(D, x)):
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
    assert not discriminator(2, "tanh").has_squared_gradient


def test_it_cannot_be_differentiated_twice_unnoticed():
    D = discriminator(1, "relu")
    squared = D.squared_gradient(torch.randn(3, 5, 4, dtype=torch.float64)).sum()
    (first, *_) = torch.autograd.grad(squared, [D.flat[0]], create_graph=True)
    with pytest.raises(RuntimeError, match="require grad"):
        first.sum().backward()
