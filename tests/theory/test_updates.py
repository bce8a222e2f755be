import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.registry import DiracGame, DiracUpdate, find, table
from ganlab.theory import dirac, updates
from ganlab.theory.spectrum import radius, update_matrix
from ganlab.theory.updates import trajectory


def distance_after(game, update, steps=5000, h=0.2, **parameters) -> float:
    spec = find(DiracUpdate, update).load()

    def turn(game, at, before, h):
        return spec(game, at, before, h, **parameters)

    return float(np.hypot(*updates.trajectory(game, turn, (1.0, 1.0), h, steps)[-1]))


def test_consensus_diverges_with_five_steps_of_the_discriminator():
    game = dirac.consensus(1.0)
    assert distance_after(game, "alternating", d_steps=5) == pytest.approx(21, rel=0.02)
    assert distance_after(game, "alternating", d_steps=1) < 1e-100


@pytest.mark.parametrize("update", table(DiracUpdate))
@given(
    start=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    h=st.floats(0.01, 1.0),
    gamma=st.floats(0, 1.5),
)
def test_near_the_equilibrium_a_step_is_its_update_matrix(update, start, h, gamma):
    game = dirac.zero_centred(gamma)
    assert game.jacobian is not None
    small = (start[0] * 1e-5, start[1] * 1e-5)
    path = updates.trajectory(game, find(DiracUpdate, update).load(), small, h, 3)
    matrix = update_matrix(game.jacobian, update, h)
    x = np.concatenate([small, small]) if len(matrix) == 4 else np.array(small)
    for point in path[1:]:
        x = matrix @ x
        np.testing.assert_allclose(point, x[:2], atol=1e-13)


def test_a_path_that_escapes_ends_early_and_stays_finite():
    path = updates.trajectory(dirac.zero_centred(3.0), updates.simultaneous, (1.0, 1.0), 5.0, 500)
    assert len(path) < 501
    assert np.isfinite(path).all()


@pytest.mark.parametrize("update", table(DiracUpdate))
def test_a_clipped_critic_stays_clipped(update):
    game = dirac.wasserstein(clip=0.4)
    path = updates.trajectory(game, find(DiracUpdate, update).load(), (1.0, 2.0), 0.3, 200)
    assert np.abs(path[:, 1]).max() <= 0.4


def test_the_flow_of_a_linear_game_is_the_matrix_exponential():
    from scipy.linalg import expm

    game = dirac.wasserstein_penalty(0.7, target=0.0)
    path = updates.continuous(game, (1.0, -0.5), time=3.0)
    np.testing.assert_allclose(path[-1], expm(3.0 * game.jacobian) @ [1.0, -0.5], atol=1e-6)


@pytest.mark.parametrize("update", table(DiracUpdate))
def test_small_steps_follow_the_flow(update):
    game = dirac.non_saturating_zero_centred(0.5)
    path = updates.trajectory(game, find(DiracUpdate, update).load(), (1.0, 1.0), 1e-3, 2000)
    np.testing.assert_allclose(path[-1], updates.continuous(game, (1.0, 1.0), 2.0)[-1], atol=2e-3)


# --- what a path does -----------------------------------------------------------------------------


def judged(game: dirac.Game, update: str, h: float = 0.2, steps: int = 900) -> str:
    path = trajectory(game, find(DiracUpdate, update).load(), (1.0, 1.0), h, steps)
    rho = None if game.jacobian is None else radius(update_matrix(game.jacobian, update, h))
    return updates.read_path(path, rho)


@pytest.mark.parametrize(
    ("name", "update", "expected"),
    [
        ("GAN", "simultaneous", updates.GROWS),
        ("GAN", "alternating", updates.CIRCLES),
        ("GAN", "extragradient", updates.SETTLES),
        ("GAN", "optimistic", updates.SETTLES),
        ("NS-GAN", "alternating", updates.CREEPS),
        ("WGAN", "alternating", updates.CIRCLES),
        ("WGAN-GP", "alternating", updates.CIRCLES),
        ("R1", "alternating", updates.SETTLES),
        ("NS-GAN + R1", "simultaneous", updates.SETTLES),
        ("instance noise", "alternating", updates.SETTLES),
        ("consensus", "alternating", updates.SETTLES),
    ],
)
def test_the_verdict_is_the_one_of_the_paper(name, update, expected):
    assert judged(find(DiracGame, name).load()(), update) == expected


def test_too_large_a_step_escapes():
    assert judged(dirac.wasserstein_penalty(0.0, 0.0), "optimistic", h=2.5) == updates.ESCAPES


def test_pace_is_the_number_of_steps_to_half_or_double():
    assert f" {round(np.log(0.5) / np.log(0.97))} steps" in updates.pace(0.97)
    assert f" {round(np.log(2) / np.log(1.005))} steps" in updates.pace(1.005)
