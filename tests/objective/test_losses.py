"""Losses against SciPy in float64, closed values and slopes where one player has won."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_expit

from ganlab.objective.losses import Hinge, by_autograd, functions_of
from ganlab.registry import Loss, find, table

# log_expit(x) is log σ(x), and log(1 - σ(x)) is log_expit(-x).
MINIMAX_D = lambda r, f: -log_expit(r) - log_expit(-f)  # noqa: E731
TWINS = {
    "minimax": (MINIMAX_D, lambda r, f: log_expit(-f)),
    "non-saturating": (MINIMAX_D, lambda r, f: -log_expit(f)),
    "least-squares": (lambda r, f: ((r - 1) ** 2 + f**2) / 2, lambda r, f: (f - 1) ** 2 / 2),
    "wasserstein": (lambda r, f: f - r, lambda r, f: -f),
    "hinge": (lambda r, f: np.maximum(0, 1 - r) + np.maximum(0, 1 + f), lambda r, f: -f),
    "relativistic": (lambda r, f: -log_expit(r - f), lambda r, f: -log_expit(f - r)),
    "relativistic-average": (lambda r, f: ralsgan(r, f), lambda r, f: ralsgan(f, r)),
    "ragan": (lambda r, f: ragan(r, f), lambda r, f: ragan(f, r)),
}
LOGITS = arrays(np.float64, (2, 3, 5), elements=st.floats(-60, 60))


def ralsgan(up, down):
    """(C(up) - E C(down) - 1)² + (C(down) - E C(up) + 1)² over the last axis, sample by sample."""
    above = up - down.mean(axis=-1, keepdims=True) - 1
    return above**2 + (down - up.mean(axis=-1, keepdims=True) + 1) ** 2


def ragan(up, down):
    """-½ log σ(up - E down) - ½ log σ(E up - down) over the last axis, sample by sample."""
    above = log_expit(up - down.mean(axis=-1, keepdims=True))
    return -(above + log_expit(up.mean(axis=-1, keepdims=True) - down)) / 2


def functions(name, **values):
    """The functions of the loss of that name."""
    return functions_of(find(Loss, name), values)


def test_every_loss_has_a_twin():
    assert set(table(Loss)) == set(TWINS)


@pytest.mark.parametrize("name", TWINS)
@settings(deadline=None)
@given(logits=LOGITS)
def test_a_loss_equals_its_formula_and_keeps_its_shape_of_tensors_and_of_arrays(name, logits):
    real, fake = logits
    for function, twin in zip(functions(name)[:2], TWINS[name], strict=True):
        for r, f in ((real, fake), (real[0], fake[0])):
            value = function(torch.from_numpy(r), torch.from_numpy(f))
            assert value.shape == r.shape
            np.testing.assert_allclose(value.numpy(), twin(r, f), rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(function(r, f), twin(r, f), rtol=1e-9, atol=1e-9)


@settings(deadline=None)
@given(logits=LOGITS, smoothing=st.floats(0, 0.5))
def test_smoothing_moves_only_the_real_target(logits, smoothing):
    real, fake = logits
    d = functions("minimax", smoothing=smoothing).d
    value = d(torch.from_numpy(real), torch.from_numpy(fake))
    target = 1 - smoothing
    wanted = -target * log_expit(real) - smoothing * log_expit(-real) - log_expit(-fake)
    np.testing.assert_allclose(value.numpy(), wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", TWINS)
def test_the_levels_that_charts_draw_are_the_losses_at_equilibrium(name):
    d_loss, g_loss, score = find(Loss, name).at_equilibrium()
    # Least squares with targets 0 and 1 balances at one half (Mao et al. 2017), the others at 0.
    assert score == {"least-squares": 0.5}.get(name, None if score is None else 0.0)
    level = torch.full((3,), score or 0.0, dtype=torch.float64)
    assert functions(name).d(level, level).tolist() == pytest.approx([d_loss] * 3)
    if g_loss is not None:
        assert functions(name).g(level, level).tolist() == pytest.approx([g_loss] * 3)


@pytest.mark.parametrize("name", ["minimax", "non-saturating"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_with_smoothing_the_best_d_cannot_lower_its_loss_at_the_equilibrium(name, smoothing):
    one = functions(name, smoothing=smoothing)
    d_loss, g_loss, score = find(Loss, name).at_equilibrium({"smoothing": smoothing})
    at = np.array([score])
    assert one.d(at, at) == pytest.approx(d_loss)
    assert one.g(at, at) == pytest.approx(g_loss)
    assert all(one.d(at + away, at + away) > d_loss for away in (-0.01, 0.01))
    assert 1 / (1 + math.exp(-score)) == pytest.approx((1 - smoothing) / 2)


@pytest.mark.parametrize("name", ["non-saturating", "minimax", "relativistic"])
@pytest.mark.parametrize("player", ["d", "g"])
def test_losses_and_slopes_stay_finite_in_single_precision_at_any_logit(name, player):
    logits = torch.tensor([-1e30, -1e4, -200.0, 200.0, 1e4, 1e30], requires_grad=True)
    value = getattr(functions(name), player)(logits, logits.flip(0))
    value.sum().backward()
    assert torch.isfinite(value).all()
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("name", TWINS)
def test_closed_form_slopes_are_autograds(name):
    one = functions(name, **dict.fromkeys(find(Loss, name).parameters, 0.3))
    real, fake = torch.linspace(-30, 30, 41), torch.linspace(28, -31, 41)
    torch.testing.assert_close(one.d_slopes(real, fake), by_autograd(one.d, real, fake))
    torch.testing.assert_close(one.g_slope(real, fake), by_autograd(one.g, real, fake)[1])


@pytest.mark.parametrize("name", TWINS)
def test_every_loss_of_the_lab_has_its_slopes_in_closed_form(name):
    for function in functions(name)[2:]:
        assert "<lambda>" not in getattr(function, "__qualname__", "")


def test_a_loss_that_changes_d_alone_does_not_inherit_the_slopes_of_another():
    class Wider(Hinge):
        @staticmethod
        def d(real_logits, fake_logits):
            return torch.relu(2 - real_logits) + torch.relu(2 + fake_logits)

    record = Loss("wider", thing=Wider)
    real, fake = torch.tensor([1.5]), torch.tensor([-1.5])
    slopes = functions_of(record, {}).d_slopes(real, fake)
    assert [one.item() for one in slopes] == [-1.0, 1.0]
    assert functions_of(record, {}).g_slope(real, fake).item() == -1.0
