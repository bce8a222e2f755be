"""InfoGAN's term against sums written out, and its step against one written by hand."""

import math

import pytest
import torch
from torch.nn import functional as F

from ganlab.config import Choice
from ganlab.training.step import d_step, g_step
from ganlab.training.terms.information import Information, code_losses


@pytest.fixture
def config(tiny):
    return tiny.with_values(
        {
            "noise": {"name": "codes", "categories": 3, "continuous": 2},
            "network": Choice("infogan", {"width": 4}),
            "terms": "information",
            "terms.information.weight": 0.7,
            "terms.information.continuous": 0.3,
        }
    )


def test_reading_nothing_costs_log_k_and_half_the_square_of_what_was_missed():
    codes = torch.tensor([[0.0, 1.0, 0.0, 0.5, -1.0, 9.0], [1.0, 0.0, 0.0, 0.0, 0.0, 9.0]])
    categorical, spread = code_losses(torch.zeros(2, 5), codes, 3, 2)
    torch.testing.assert_close(categorical, torch.full((2,), math.log(3)))
    torch.testing.assert_close(spread, torch.tensor([0.5 * (0.25 + 1.0), 0.0]))


def test_a_sure_and_right_reading_costs_nothing():
    codes = torch.tensor([[0.0, 0.0, 1.0, 0.25, -0.5]])
    reading = torch.tensor([[-50.0, -50.0, 50.0, 0.25, -0.5]])
    categorical, spread = code_losses(reading, codes, 3, 2)
    assert float(categorical) == float(spread) == 0


def test_the_gradient_of_the_term_alone_reaches_every_weight_of_g_and_is_not_zero(
    config, state_of, move_of
):
    state = state_of(config)
    gradients = torch.autograd.grad(Information.g(move_of(state)).mean(), state.g_weights)
    assert all(bool(gradient.abs().sum() > 0) for gradient in gradients)


def read(D, x):
    """Logits and codes, layer by layer."""
    for layer in D.body:
        x = layer(x)
    flat = x.permute(0, 2, 3, 1).reshape(len(x), -1)
    hidden = F.leaky_relu(flat @ D.hidden.weight.T + D.hidden.bias, 0.2)
    return (flat @ D.dense.weight.T + D.dense.bias)[:, 0], D.reader(hidden)


def term(codes, z):
    """0.7 · cross entropy of the first three + 0.3 · ½ squares of the next two."""
    log_q = codes[:, :3] - codes[:, :3].logsumexp(1, keepdim=True)
    return -0.7 * (z[:, :3] * log_q).sum(1) + 0.3 * 0.5 * ((codes[:, 3:] - z[:, 3:5]) ** 2).sum(1)


@pytest.mark.parametrize("transforms", ["", "augment"])
def test_two_rounds_equal_those_written_by_hand(
    config, transforms, state_of, twin_of, equal_weights
):
    state = state_of(config.with_values({"transforms": transforms}))
    twin = twin_of(state)

    def z():
        chosen = torch.randint(3, (twin.n,), generator=twin.z)
        uniform = 2 * torch.rand(twin.n, 2, generator=twin.z) - 1
        normal = torch.randn(twin.n, twin.z_dim - 5, generator=twin.z)
        return torch.cat([torch.eye(3)[chosen], uniform, normal], 1)

    for _ in range(2):
        d_step(state)
        g_step(state)
        real, _ = twin.source.next(twin.n)
        code = z()
        real, fake = twin.seen(real), twin.seen(twin.G(code))
        (real_logits, _), (fake_logits, codes) = read(twin.D, real), read(twin.D, fake)
        loss = (F.softplus(-real_logits) + F.softplus(fake_logits) + term(codes, code)).mean()
        weights = list(twin.D.parameters())
        twin.move("d", zip(weights, torch.autograd.grad(loss, weights), strict=True))
        code = z()
        fake_logits, codes = read(twin.D, twin.seen(twin.G(code)))
        loss = (F.softplus(-fake_logits) + term(codes, code)).mean()
        weights = list(twin.G.parameters())
        twin.move("g", zip(weights, torch.autograd.grad(loss, weights), strict=True))
    equal_weights(state, twin)
