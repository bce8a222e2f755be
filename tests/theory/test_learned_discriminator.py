import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ganlab.theory.learned_discriminator import features, objective, train
from ganlab.theory.optimal_discriminator import Mixture, bump, grid, optimal_logit, value

DATA = Mixture((-1.5, 1.5), (0.5, 0.5), (0.5, 0.5))
FAKE = bump(0.5, 1.0)


def batches(n: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    return DATA.sample(n, rng), FAKE.sample(n, rng)


def test_every_step_lowers_the_loss():
    real, fake = batches(400)
    phi = features(-4, 4)
    X = phi(np.concatenate([real, fake]))
    targets = np.repeat([1.0, 0.0], 400)
    losses = [objective(X, targets, w, 1e-4) for w in train(real, fake, phi, 12)]
    assert losses[0] == pytest.approx(np.log(2))
    assert (np.diff(losses) <= 0).all()


def test_it_finds_the_same_minimum_as_scikit_learn():
    real, fake = batches(500)
    phi, ridge = features(-4, 4), 1e-2
    w = train(real, fake, phi, 20, ridge)[-1]
    X, y = phi(np.concatenate([real, fake])), np.repeat([1, 0], 500)
    oracle = LogisticRegression(C=1 / (ridge * 1000), fit_intercept=False, tol=1e-10, max_iter=5000)
    np.testing.assert_allclose(w, oracle.fit(X, y).coef_[0], atol=1e-4)


def test_with_more_samples_it_comes_nearer_to_d_star():
    x = grid(DATA, FAKE, spread=5)
    best = value(DATA, FAKE, x, optimal_logit(DATA, FAKE, x))
    phi = features(-4, 4)
    gaps = []
    for n in (60, 600, 6000):
        w = train(*batches(n), phi, 15)[-1]
        gaps.append(best - value(DATA, FAKE, x, phi(x) @ w))
    assert gaps[0] > gaps[1] > gaps[2] > 0
    assert gaps[2] < 0.01


def test_separable_batches_stay_finite():
    phi = features(-10, 10)
    w = train(np.linspace(-6, -5, 50), np.linspace(5, 6, 50), phi, 30)
    assert np.isfinite(w).all()
