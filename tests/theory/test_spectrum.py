import cmath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.registry import DiracGame, find, table
from ganlab.theory import dirac
from ganlab.theory.spectrum import eigenvalues, largest_step, radius, update_matrix

CENTRE = dirac.minimax().jacobian
strength = st.floats(0, 3)


def same_pair(found, centre: complex, spread: complex) -> None:
    expected = np.array([centre - spread, centre + spread])
    distances = np.abs(np.asarray(found)[:, None] - expected[None])
    assert min(np.trace(distances), np.trace(distances[::-1])) < 1e-6


@pytest.mark.parametrize("name", ["R1", "NS-GAN + R1"])
@given(gamma=strength)
def test_r1_has_the_published_eigenvalues(name, gamma):
    found = eigenvalues(find(DiracGame, name).load()(gamma=gamma).jacobian)
    same_pair(found, -gamma / 2, 0.5 * cmath.sqrt(gamma**2 - 1))


@given(sigma=st.floats(0, 2.5))
def test_instance_noise_has_the_published_eigenvalues(sigma):
    found = eigenvalues(dirac.instance_noise(sigma).jacobian)
    same_pair(found, -(sigma**2) / 4, 0.25 * cmath.sqrt(sigma**4 - 4))


@given(gamma=strength)
def test_consensus_has_the_published_eigenvalues(gamma):
    same_pair(eigenvalues(dirac.consensus(gamma).jacobian), -gamma / 4, 0.5j)


def test_unregularised_games_are_centres():
    same_pair(eigenvalues(dirac.minimax().jacobian), 0, 0.5j)
    same_pair(eigenvalues(dirac.non_saturating().jacobian), 0, 0.5j)
    same_pair(eigenvalues(dirac.wasserstein().jacobian), 0, 1j)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, parameter) for name, spec in table(DiracGame).items() for parameter in spec.critical],
)
def test_at_its_critical_value_a_spiral_becomes_a_straight_approach(name, parameter):
    spec = find(DiracGame, name)
    critical = spec.critical[parameter]
    below = eigenvalues(spec.load()(**{parameter: 0.99 * critical}).jacobian)
    above = eigenvalues(spec.load()(**{parameter: 1.01 * critical}).jacobian)
    assert np.abs(below.imag).min() > 0.05
    assert np.abs(above.imag).max() < 1e-9
    assert below.real.max() < 0 > above.real.max()


@given(h=st.floats(0.01, 3.9))
def test_discrete_updates_of_the_centre_have_their_closed_forms(h):
    sim = eigenvalues(update_matrix(CENTRE, "simultaneous", h))
    np.testing.assert_allclose(np.abs(sim) ** 2, 1 + h**2 / 4)
    alt = update_matrix(CENTRE, "alternating", h)
    assert np.linalg.det(alt) == pytest.approx(1)
    assert np.trace(alt) == pytest.approx(2 - h**2 / 4)
    assert radius(alt) == pytest.approx(1)
    extra = eigenvalues(update_matrix(CENTRE, "extragradient", h))
    np.testing.assert_allclose(np.abs(extra) ** 2, 1 - h**2 / 4 + h**4 / 16)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("simultaneous", 0.0),
        ("alternating", 4.0),
        ("extragradient", 2.0),
        ("optimistic", 2 / np.sqrt(3)),
    ],
)
def test_the_largest_step_on_the_centre(update, expected):
    assert largest_step(CENTRE, update) == pytest.approx(expected, abs=1e-3)


@given(gamma=st.floats(0.1, 0.9))
def test_friction_lets_simultaneous_steps_settle_up_to_four_gamma(gamma):
    found = largest_step(dirac.zero_centred(gamma).jacobian, "simultaneous")
    assert found == pytest.approx(4 * gamma, abs=1e-4)


def test_more_answers_of_the_discriminator_are_a_power_of_its_map():
    once = update_matrix(dirac.zero_centred(0.3).jacobian, "alternating", 0.5, d_steps=1)
    thrice = update_matrix(dirac.zero_centred(0.3).jacobian, "alternating", 0.5, d_steps=3)
    D = update_matrix(np.array([[0, 0], [0.5, -0.3]]), "alternating", 0.5)
    np.testing.assert_allclose(thrice, D @ D @ once)
