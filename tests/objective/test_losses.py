"""Losses against SciPy in float64, closed values and slopes where one player has won."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_expit

from ganlab.catalogue import LOSSES, Spec
from ganlab.objective import losses

# log_expit(x) is log σ(x), and log(1 - σ(x)) is log_expit(-x).
TWINS = {
    "minimax_d": lambda r, f: -log_expit(r) - log_expit(-f),
    "minimax_g": lambda r, f: log_expit(-f),
    "non_saturating_g": lambda r, f: -log_expit(f),
    "least_squares_d": lambda r, f: ((r - 1) ** 2 + f**2) / 2,
    "least_squares_g": lambda r, f: (f - 1) ** 2 / 2,
    "wasserstein_d": lambda r, f: f - r,
    "wasserstein_g": lambda r, f: -f,
    "hinge_d": lambda r, f: np.maximum(0, 1 - r) + np.maximum(0, 1 + f),
    "relativistic_d": lambda r, f: -log_expit(r - f),
    "relativistic_g": lambda r, f: -log_expit(f - r),
    "relativistic_average_d": lambda r, f: ralsgan(r, f),
    "relativistic_average_g": lambda r, f: ralsgan(f, r),
}
LOGITS = arrays(np.float64, (2, 3, 5), elements=st.floats(-60, 60))


def ralsgan(up, down):
    """(C(up) - E C(down) - 1)² + (C(down) - E C(up) + 1)² over the last axis, sample by sample."""
    above = up - down.mean(axis=-1, keepdims=True) - 1
    return above**2 + (down - up.mean(axis=-1, keepdims=True) + 1) ** 2


def halves(name):
    """D's and G's function of a loss by its name in the catalogue."""
    spec = LOSSES[name]
    return Spec(target=spec.traits["d"], summary="").load(), spec.load()


def slope(loss, which, real, fake):
    logits = [torch.tensor([x], dtype=torch.float64, requires_grad=True) for x in (real, fake)]
    return torch.autograd.grad(loss(*logits).sum(), logits[which])[0].item()


def test_every_loss_has_a_twin():
    used = {f.__name__ for name in LOSSES for f in halves(name)}
    assert used == set(TWINS)


@pytest.mark.parametrize("name", TWINS)
@given(logits=LOGITS)
def test_a_loss_equals_its_formula_and_keeps_its_shape(name, logits):
    real, fake = logits
    for r, f in ((real, fake), (real[0], fake[0])):
        value = getattr(losses, name)(torch.from_numpy(r), torch.from_numpy(f))
        assert value.shape == r.shape
        np.testing.assert_allclose(value.numpy(), TWINS[name](r, f), rtol=1e-9, atol=1e-9)


@given(logits=LOGITS, smoothing=st.floats(0, 0.5))
def test_smoothing_moves_only_the_real_target(logits, smoothing):
    real, fake = logits
    value = losses.minimax_d(torch.from_numpy(real), torch.from_numpy(fake), smoothing)
    target = 1 - smoothing
    wanted = -target * log_expit(real) - smoothing * log_expit(-real) - log_expit(-fake)
    np.testing.assert_allclose(value.numpy(), wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_the_levels_that_charts_draw_are_the_losses_at_equilibrium(name):
    d_loss, g_loss = halves(name)
    traits = LOSSES[name].traits
    # Least squares with targets 0 and 1 balances at one half (Mao et al. 2017), the others at 0.
    level = torch.full((3,), 0.5 if name == "least-squares" else 0.0, dtype=torch.float64)
    assert d_loss(level, level).tolist() == pytest.approx([traits["d_level"]] * 3)
    if "g_level" in traits:
        assert g_loss(level, level).tolist() == pytest.approx([traits["g_level"]] * 3)


def test_at_zero_logits_d_loses_log_4_and_g_log_2():
    zero = torch.zeros(4, dtype=torch.float64)
    assert losses.minimax_d(zero, zero).mean().item() == pytest.approx(math.log(4))
    assert losses.non_saturating_g(zero, zero).mean().item() == pytest.approx(math.log(2))
    assert losses.minimax_g(zero, zero).mean().item() == pytest.approx(-math.log(2))


@pytest.mark.parametrize(
    ("loss", "which", "real", "fake", "wanted"),
    [
        ("non_saturating_g", 1, 0, -50, -1.0),
        ("non_saturating_g", 1, 0, 50, 0.0),
        ("minimax_g", 1, 0, -50, 0.0),
        ("minimax_g", 1, 0, 50, -1.0),
        ("minimax_d", 0, -50, 0, -1.0),
        ("minimax_d", 0, 50, 0, 0.0),
        ("minimax_d", 1, 0, 50, 1.0),
        ("minimax_d", 1, 0, -50, 0.0),
        ("hinge_d", 0, 50, 0, 0.0),
        ("hinge_d", 0, -50, 0, -1.0),
        ("relativistic_g", 1, 50, 0, -1.0),
        ("relativistic_d", 0, 0, 50, -1.0),
        ("wasserstein_g", 1, 0, -50, -1.0),
        ("least_squares_g", 1, 0, -50, -51.0),
        ("relativistic_average_g", 1, 50, 0, -204.0),
        ("relativistic_average_d", 0, 51, 50, 0.0),
    ],
)
def test_slopes_where_a_player_has_won_are_right(loss, which, real, fake, wanted):
    assert slope(getattr(losses, loss), which, float(real), float(fake)) == pytest.approx(
        wanted, abs=1e-12
    )


@pytest.mark.parametrize("name", ["non_saturating_g", "minimax_g", "minimax_d", "relativistic_d"])
def test_losses_and_slopes_stay_finite_in_single_precision_at_any_logit(name):
    logits = torch.tensor([-1e30, -1e4, -200.0, 200.0, 1e4, 1e30], requires_grad=True)
    value = getattr(losses, name)(logits, logits.flip(0))
    value.sum().backward()
    assert torch.isfinite(value).all()
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("name", LOSSES)
def test_closed_form_slopes_are_autograds(name):
    spec = LOSSES[name]
    d_loss = Spec(target=spec.traits["d"], summary="").load()
    g_loss = spec.load()
    values = dict.fromkeys(spec.parameters, 0.3)
    real = torch.linspace(-30, 30, 41).requires_grad_()
    fake = torch.linspace(28, -31, 41).requires_grad_()
    wanted = torch.autograd.grad(d_loss(real, fake, **values).sum(), [real, fake])
    found = losses.d_slopes(partial(d_loss, **values), real.detach(), fake.detach())
    torch.testing.assert_close(tuple(found), wanted)
    (wanted,) = torch.autograd.grad(g_loss(real, fake).sum(), [fake])
    torch.testing.assert_close(losses.g_slope(g_loss, real.detach(), fake.detach()), wanted)


def test_every_loss_of_the_catalogue_has_its_slopes_in_closed_form():
    for spec in LOSSES.values():
        assert Spec(target=spec.traits["d"], summary="").load() in losses.D_SLOPES
        assert spec.load() in losses.G_SLOPES
