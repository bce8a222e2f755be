"""Passes written out by hand against the same passes under autograd."""

import pytest
import torch

from ganlab.networks import manual_passes
from ganlab.networks.activations import ACTIVATIONS
from ganlab.networks.mlp import PointDiscriminator, PointGenerator


def generators(seed: int, members: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed + k) for k in range(members)]


def networks(members: int, **values):
    G = PointGenerator(generators(0, members), z_dim=3, scale=1.7, **values)
    D = PointDiscriminator(generators(50, members), pack=2, scale=1.7, gain=3.0, **values)
    return [(G, torch.randn(members, 20, 3)), (D, torch.randn(members, 20, 4))]


@pytest.fixture(autouse=True)
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


@pytest.mark.parametrize("members", [1, 5])
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_pass_and_its_gradient_are_autograds(members, depth, activation):
    for net, x in networks(members, width=12, depth=depth, activation=activation):
        out, traces = net.trace(x, torch.float32)
        gradient = torch.randn_like(out)
        pulled = net.pull(traces, gradient, weights=True, inputs=True)
        wanted, gradients = under_autograd(net, x, torch.float32, gradient)
        torch.testing.assert_close(out.detach(), wanted)
        found = [pulled, *(w.grad for w in net.parameters())]
        torch.testing.assert_close(found, list(gradients), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ["leaky-relu", "tanh", "silu"])
def test_in_bfloat16_the_inner_layers_round_as_under_autocast(activation):
    for net, x in networks(3, width=32, depth=3, activation=activation):
        out, traces = net.trace(x, torch.bfloat16)
        gradient = torch.randn_like(out)
        pulled = net.pull(traces, gradient, weights=True, inputs=True)
        wanted, gradients = under_autograd(net, x, torch.bfloat16, gradient)
        torch.testing.assert_close(out.detach(), wanted, rtol=1e-5, atol=1e-5)
        for mine, theirs in zip(
            [pulled, *(w.grad for w in net.parameters())], gradients, strict=True
        ):
            assert mine.dtype is torch.float32
            assert (mine - theirs).norm() <= 0.02 * theirs.norm()


@pytest.mark.parametrize("room", [1, 12 * 20 * 4 * 2, 2**30])
def test_groups_of_any_size_give_the_same(monkeypatch, room):
    for net, x in networks(5, width=12, depth=2):
        out, traces = net.trace(x, torch.float32)
        assert len(traces) == 1
        net.pull(traces, torch.ones_like(out), weights=True, inputs=False)
        wanted = [w.grad.clone() for w in net.parameters()]
        monkeypatch.setattr(manual_passes, "CACHED", room)
        again, traces = net.trace(x, torch.float32)
        assert len(traces) == {1: 5, 2**30: 1}.get(room, 3)
        pulled = net.pull(traces, torch.ones_like(out), weights=True, inputs=True)
        monkeypatch.undo()
        torch.testing.assert_close(again, out)
        torch.testing.assert_close([w.grad for w in net.parameters()], wanted)
        assert pulled is not None
        assert pulled.shape == x.shape


def test_a_gradient_lies_in_memory_as_its_weight_does():
    for net, x in networks(2, width=6, depth=1):
        out, traces = net.trace(x, torch.float32)
        net.pull(traces, torch.ones_like(out), weights=True, inputs=False)
        assert all(w.grad.stride() == w.stride() for w in net.parameters())


def test_networks_that_do_more_than_multiply_and_bend_are_not_plain():
    assert all(net.plain for net, _ in networks(1))
    for values in ({"norm": "batch"}, {"dropout": 0.1}):
        assert not any(net.plain for net, _ in networks(1, **values))
    assert not PointDiscriminator(generators(0, 1), batch_feature="stddev").plain
    assert not PointDiscriminator(generators(0, 1), norm="spectral").plain
