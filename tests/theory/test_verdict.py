import numpy as np
import pytest

from ganlab.catalogue.dirac import GAMES, UPDATES
from ganlab.theory import dirac, verdict
from ganlab.theory.spectrum import radius, update_matrix
from ganlab.theory.updates import trajectory


def judged(game: dirac.Game, update: str, h: float = 0.2, steps: int = 900) -> str:
    path = trajectory(game, UPDATES[update].load(), (1.0, 1.0), h, steps)
    rho = None if game.jacobian is None else radius(update_matrix(game.jacobian, update, h))
    return verdict.read_path(path, rho)


@pytest.mark.parametrize(
    ("name", "update", "expected"),
    [
        ("GAN", "simultaneous", verdict.GROWS),
        ("GAN", "alternating", verdict.CIRCLES),
        ("GAN", "extragradient", verdict.SETTLES),
        ("GAN", "optimistic", verdict.SETTLES),
        ("NS-GAN", "alternating", verdict.CREEPS),
        ("WGAN", "alternating", verdict.CIRCLES),
        ("WGAN-GP", "alternating", verdict.CIRCLES),
        ("R1", "alternating", verdict.SETTLES),
        ("NS-GAN + R1", "simultaneous", verdict.SETTLES),
        ("instance noise", "alternating", verdict.SETTLES),
        ("consensus", "alternating", verdict.SETTLES),
    ],
)
def test_the_verdict_is_the_one_of_the_paper(name, update, expected):
    assert judged(GAMES[name].load()(), update) == expected


def test_too_large_a_step_escapes():
    assert judged(dirac.wasserstein_penalty(0.0, 0.0), "optimistic", h=2.5) == verdict.ESCAPES


def test_pace_is_the_number_of_steps_to_half_or_double():
    assert f" {round(np.log(0.5) / np.log(0.97))} steps" in verdict.pace(0.97)
    assert f" {round(np.log(2) / np.log(1.005))} steps" in verdict.pace(1.005)
