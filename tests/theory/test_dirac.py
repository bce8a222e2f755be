import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from ganlab.registry import DiracGame, find, table
from ganlab.theory import dirac

SMOOTH = [name for name in table(DiracGame) if name != "WGAN-GP"]
coordinate = st.floats(-3, 3, allow_nan=False)


def at(game: dirac.Game, theta: float, psi: float) -> np.ndarray:
    return np.array(game.field(np.asarray(theta), np.asarray(psi)))


def finite_differences(game: dirac.Game, theta: float, psi: float, h: float = 1e-5) -> np.ndarray:
    by_theta = (at(game, theta + h, psi) - at(game, theta - h, psi)) / (2 * h)
    by_psi = (at(game, theta, psi + h) - at(game, theta, psi - h)) / (2 * h)
    return np.stack([by_theta, by_psi], axis=1)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_jacobian_is_the_derivative_of_the_field(name):
    game = find(DiracGame, name).load()()
    np.testing.assert_allclose(game.jacobian, finite_differences(game, 0, 0), atol=1e-8)


@pytest.mark.parametrize("name", SMOOTH)
def test_no_player_moves_at_the_equilibrium(name):
    np.testing.assert_allclose(at(find(DiracGame, name).load()(), 0, 0), 0, atol=1e-16)


def symbols_and_loss():
    theta, psi = sp.symbols("theta psi", real=True)
    return theta, psi, lambda t: -sp.log(1 + sp.exp(-t))


def symbolic(name: str, gamma: float):
    """The fields derived from their losses by sympy: an independent way to the same formulas."""
    theta, psi, f = symbols_and_loss()
    game = f(theta * psi) + f(0)
    reward = f(-theta * psi) if name.startswith("NS") else -f(theta * psi)
    v = sp.Matrix([sp.diff(reward, theta), sp.diff(game, psi)])
    if "R1" in name:
        v[1] -= sp.diff(sp.Rational(1, 2) * gamma * psi**2, psi)
    if name == "consensus":
        half_norm = (v.T @ v)[0] / 2
        v -= gamma * sp.Matrix([sp.diff(half_norm, theta), sp.diff(half_norm, psi)])
    return sp.lambdify((theta, psi), v)


@pytest.mark.parametrize("name", ["GAN", "NS-GAN", "R1", "NS-GAN + R1", "consensus"])
@given(theta=coordinate, psi=coordinate)
def test_fields_are_the_derivatives_of_their_losses(name, theta, psi):
    parameters = {"gamma": 0.6} if "gamma" in find(DiracGame, name).parameters else {}
    game = find(DiracGame, name).load()(**parameters)
    expected = SYMBOLIC[name](theta, psi).ravel()
    np.testing.assert_allclose(at(game, theta, psi), expected, atol=1e-12)


SYMBOLIC = {n: symbolic(n, 0.6) for n in ("GAN", "NS-GAN", "R1", "NS-GAN + R1", "consensus")}


@given(theta=coordinate, psi=st.floats(-2, 2))
def test_instance_noise_matches_a_direct_integral(theta, psi):
    sigma = 0.9
    noise = np.linspace(-9 * sigma, 9 * sigma, 4001)
    weight = np.exp(-(noise**2) / (2 * sigma**2))
    weight /= weight.sum()
    fake = theta + noise
    theta_dot = -psi * np.sum(weight / (1 + np.exp(fake * psi)))
    psi_dot = np.sum(
        weight * (fake / (1 + np.exp(fake * psi)) - noise / (1 + np.exp(-noise * psi)))
    )
    game = dirac.instance_noise(sigma)
    np.testing.assert_allclose(at(game, theta, psi), [theta_dot, psi_dot], atol=1e-6)


def test_the_gradient_penalty_has_a_kink_at_the_centre_unless_it_asks_for_zero():
    assert dirac.wasserstein_penalty(0.7, 1.0).jacobian is None
    game = dirac.wasserstein_penalty(0.7, 0.0)
    assert game.jacobian is not None
    np.testing.assert_allclose(game.jacobian, finite_differences(game, 0, 0), atol=1e-8)


def test_a_clipped_critic_is_not_pushed_through_its_wall():
    game = dirac.wasserstein(clip=1.0)
    theta_dot, psi_dot = game.flow([2.0, -2.0, 2.0], [1.0, 1.0, -1.0])
    np.testing.assert_allclose(theta_dot, [-1, -1, 1])
    np.testing.assert_allclose(psi_dot, [0, -2, 2])


@pytest.mark.parametrize("name", table(DiracGame))
def test_fields_keep_the_shape_of_a_grid(name):
    theta, psi = np.meshgrid(np.linspace(-2, 2, 5), np.linspace(-2, 2, 4))
    for component in find(DiracGame, name).load()().field(theta, psi):
        assert component.shape == (4, 5)


@pytest.mark.parametrize("name", table(DiracGame))
def test_far_out_the_fields_stay_finite(name):
    game = find(DiracGame, name).load()()
    assert np.isfinite(at(game, 900.0, -900.0)).all()
    assert np.isfinite(at(game, 900.0, 900.0)).all()
