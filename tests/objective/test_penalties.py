"""Penalties against closed forms, finite differences and known mistakes of other libraries."""

import pytest
import torch
from torch import nn

from ganlab.networks.mlp import PointDiscriminator
from ganlab.objective import penalties
from ganlab.registry import Penalty, find, table

SAMPLE_PENALTIES = [name for name, spec in table(Penalty).items() if not spec.both_players]


def seeded(*numbers):
    return [torch.Generator().manual_seed(n) for n in numbers]


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("size", [1, 2, 257])
def test_values_of_a_linear_critic_are_the_closed_forms(slope, size):
    real, fake = torch.randn(size, 2), torch.randn(size, 2)

    def sloped(x):
        return slope * x[..., 1] + 7

    square, off_one = slope**2, (slope - 1) ** 2
    for name, expected in {
        "r1": square, "r2": square, "r1_r2": 2 * square, "zero_centred": square,
        "wgan_gp": off_one, "dragan": off_one,
    }.items():  # fmt: skip
        found = getattr(penalties, name)(sloped, real, fake, seeded(0)[0], 0.3)
        wanted = torch.full((size,), 0.3 / 2 * expected)
        torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-6)


def test_dragan_looks_around_real_samples_as_far_as_each_coordinate_spreads():
    spreads = torch.tensor([0.1, 5.0])
    real = 3 + spreads * torch.randn(20_000, 2, generator=seeded(1)[0])
    asked = []

    def watched(x):
        asked.append(x.detach())
        return x[..., 0]

    penalties.dragan(watched, real, torch.zeros(20_000, 2), seeded(0)[0], spread=0.5)
    step = asked[0] - real
    torch.testing.assert_close(step.std(0), 0.5 * spreads, rtol=0.05, atol=0)
    assert float((step.mean(0) / spreads).abs().max()) < 0.02


def test_each_sample_has_its_own_norm_over_every_axis_of_a_picture():
    pictures = torch.randn(4, 3, 5, 5)
    squared = penalties.squared_gradient(lambda x: x.square().sum((1, 2, 3)) / 2, pictures)
    torch.testing.assert_close(squared, pictures.square().sum((1, 2, 3)))


def test_the_squared_gradient_agrees_with_finite_differences():
    D = PointDiscriminator(seeded(0), width=8, depth=2, activation="tanh").double()
    D.head.exact = D.hidden[0].exact = False
    x = torch.randn(1, 4, 2)
    h = 1e-5
    expected = torch.zeros(1, 4, dtype=torch.float64)
    for axis in range(2):
        step = torch.zeros(2, dtype=torch.float64)
        step[axis] = h
        expected += ((D(x.double() + step) - D(x.double() - step)) / (2 * h)).square()
    found = penalties.squared_gradient(lambda x: D(x.double()), x)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", SAMPLE_PENALTIES)
def test_a_penalty_has_a_gradient_for_the_critic_by_finite_differences(name):
    weight = torch.tensor(1.7, requires_grad=True)
    real, fake = torch.randn(6, 2), torch.randn(6, 2)

    def value(w):
        return (
            find(Penalty, name)
            .load()(lambda x: (w * x).tanh().sum(-1), real, fake, *seeded(0), gamma=2.0)
            .mean()
        )

    (gradient,) = torch.autograd.grad(value(weight), weight)
    h = 1e-2
    numeric = (value(weight.detach() + h) - value(weight.detach() - h)) / (2 * h)
    torch.testing.assert_close(gradient, numeric, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("name", SAMPLE_PENALTIES)
def test_member_k_is_punished_as_it_would_be_alone(name):
    D = PointDiscriminator(seeded(1, 2), width=8)
    real, fake = torch.randn(2, 6, 2), torch.randn(2, 6, 2)
    penalty = find(Penalty, name).load()
    together = penalty(D, real, fake, seeded(7, 8), gamma=torch.tensor([[1.0], [5.0]]))
    assert together.shape == (2, 6)
    for k, gamma in enumerate((1.0, 5.0)):
        alone = PointDiscriminator(seeded(1 + k), width=8)
        values = penalty(alone, real[k : k + 1], fake[k : k + 1], seeded(7 + k), gamma=gamma)
        torch.testing.assert_close(values[0], together[k])


@pytest.mark.parametrize("name", SAMPLE_PENALTIES)
def test_a_flat_critic_has_a_finite_gradient(name):
    weight = torch.zeros(2, requires_grad=True)
    real, fake = torch.randn(6, 2), torch.randn(6, 2)
    values = find(Penalty, name).load()(lambda x: (x * weight).sum(-1), real, fake, *seeded(0))
    (gradient,) = torch.autograd.grad(values.mean(), weight)
    assert gradient.isfinite().all()


def test_penalties_are_float32_where_the_rest_is_bfloat16():
    D = PointDiscriminator(seeded(0), width=32)
    real, fake = torch.randn(1, 8, 2), torch.randn(1, 8, 2)
    expected = penalties.r1_r2(D, real, fake, seeded(0))
    with torch.autocast("cpu", torch.bfloat16):
        found = penalties.r1_r2(D, real, fake, seeded(0))
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


def test_points_between_lie_on_the_segment():
    real, fake = torch.zeros(100, 2), torch.tensor([[2.0, 4.0]]).expand(100, 2)
    points = penalties.between(real, fake, *seeded(0))
    torch.testing.assert_close(points[:, 1], 2 * points[:, 0])
    assert points.min() >= 0
    assert points[:, 0].max() <= 2
    assert len(points[:, 0].unique()) > 90  # each sample its own α


def test_r1_r2_sees_real_and_fake_apart_where_the_critic_mixes_its_batch():
    D = PointDiscriminator(seeded(0), width=8, batch_feature="stddev")
    real, fake = torch.randn(1, 8, 2), 5 * torch.randn(1, 8, 2)
    apart = penalties.r1(D, real, fake, seeded(0)) + penalties.r2(D, real, fake, seeded(0))
    torch.testing.assert_close(penalties.r1_r2(D, real, fake, seeded(0)), apart)


def test_consensus_of_the_dirac_gan_is_the_closed_form():
    theta = torch.tensor([[0.8], [1.5]], requires_grad=True)
    psi = torch.tensor([[-0.4], [2.0]], requires_grad=True)
    softplus = nn.functional.softplus
    d_losses = softplus(psi * theta) + softplus(-psi * 0.0)
    g_losses = -softplus(psi * theta)
    found = penalties.consensus(d_losses, g_losses, [psi], [theta], gamma=3.0)
    sigma = torch.sigmoid(psi * theta)
    expected = 1.5 * sigma.square() * (psi.square() + theta.square())
    torch.testing.assert_close(found, expected.squeeze(1))
    torch.autograd.grad(found.sum(), [theta, psi])


def test_consensus_of_one_gan_is_a_number_and_weighs_members_apart():
    weight = torch.tensor([[1.0], [2.0]], requires_grad=True)
    other = torch.tensor([[1.0], [1.0]], requires_grad=True)
    losses = weight.square() + 0 * other
    gamma = torch.tensor([[1.0], [10.0]])
    torch.testing.assert_close(
        penalties.consensus(losses, 0 * losses + other, [weight], [other], gamma).detach(),
        torch.tensor([0.5 * (4 + 1), 5.0 * (16 + 1)]),
    )
    p, q = torch.tensor(3.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    alone = penalties.consensus(p.square().repeat(4), q.repeat(4), [p], [q], 2.0)
    assert float(alone.detach()) == pytest.approx(37.0)
