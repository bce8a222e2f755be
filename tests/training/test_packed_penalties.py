"""Packing with a penalty on pictures: the slope of D at the packed picture, written by hand."""

import copy

import pytest
import torch
from torch.nn import functional as F

from ganlab.config import Choice
from ganlab.data.pictures import PictureSource
from ganlab.training.step import d_gradient
from ganlab.training.strategies import shared


def slopes(D, x):
    """‖∇D‖ at each packed picture, (N / m,)."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return gradient.square().sum((1, 2, 3)).sqrt()


def by_hand(name, D, real, fake, chance):
    """The penalty's mean with γ = 3."""
    if name == "r1":
        return 1.5 * slopes(D, real).square().mean()
    if name == "r2":
        return 1.5 * slopes(D, fake).square().mean()
    if name == "r1-r2":
        return by_hand("r1", D, real, fake, chance) + by_hand("r2", D, real, fake, chance)
    if name == "dragan":
        spread = 0.5 * real.std(0, correction=0)
        noise = torch.randn(real.shape, generator=chance)
        return 1.5 * (slopes(D, real + spread * noise) - 1).square().mean()
    alpha = torch.rand(len(real), 1, 1, 1, generator=chance)
    norms = slopes(D, alpha * real + (1 - alpha) * fake)
    return 1.5 * ((norms - 1) if name == "wgan-gp" else norms).square().mean()


@pytest.mark.parametrize("name", ["r1", "r2", "r1-r2", "wgan-gp", "zero-centred", "dragan"])
def test_the_penalty_runs_over_the_packed_pictures(tiny, state_of, name):
    values = {"transforms": "packing", "transforms.packing.m": 4}
    values |= {"penalties": name, f"penalties.{name}.gamma": 3.0}
    state = state_of(tiny.with_values(values))
    G, D = copy.deepcopy(state.G), copy.deepcopy(state.D)
    z, chance = torch.Generator(), torch.Generator()
    z.set_state(state.streams.z.get_state())
    chance.set_state(state.streams.chance.get_state())
    d_gradient(state)
    pictures, _ = PictureSource(state.source.set, state.device, tiny.seed).next(8)
    made = G(torch.randn(8, tiny.z_dim, generator=z)).detach()
    real, fake = (torch.stack([x[:4, 0], x[4:, 0]]) for x in (pictures, made))
    loss = F.softplus(-D(real)).mean() + F.softplus(D(fake)).mean()
    loss = loss + by_hand(name, D, real, fake, chance)
    weights = list(D.parameters())
    wanted = torch.autograd.grad(loss, weights, allow_unused=True)
    for ours, gradient in zip(state.d_weights, wanted, strict=True):
        torch.testing.assert_close(ours.grad, gradient, rtol=1e-4, atol=1e-6)


def test_one_batch_for_both_players_takes_packing_with_a_penalty(tiny, state_of):
    config = tiny.with_values({"transforms": "packing", "penalties": "r1", "strategy": "shared"})
    report = shared(state_of(config))
    assert report.d is not None
    assert bool(report.d.loss.isfinite())


def test_a_d_that_takes_labels_is_still_given_them(tiny, state_of):
    config = tiny.with_values(
        {"network": Choice("conditional", {"width": 4}), "penalties": "r1", "loss": "hinge"}
    )
    state = state_of(config)
    given, judge = [], state.D.judge

    def recording(x, labels):
        given.append(labels)
        return judge(x, labels)

    state.D.judge = recording  # D's forward pass calls it too
    d_gradient(state)
    assert [len(labels) for labels in given] == [2 * config.batch, config.batch]
    assert torch.equal(given[1], given[0][: config.batch])
