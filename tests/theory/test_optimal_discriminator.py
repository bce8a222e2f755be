import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm, wasserstein_distance
from sklearn.linear_model import LogisticRegression

from ganlab.errors import ConfigError
from ganlab.theory.optimal_discriminator import (
    Mixture,
    bump,
    features,
    grid,
    jensen_shannon,
    objective,
    optimal_logit,
    probability,
    separation,
    train,
    value,
    wasserstein_1,
)

TWO = Mixture((-2.0, 1.5), (0.6, 0.9), (0.4, 0.6))
ONE = Mixture((0.3,), (1.2,), (1.0,))
mixtures = st.builds(
    lambda a, b, s, t, w: Mixture((a, b), (s, t), (w, 1 - w)),
    st.floats(-4, 4),
    st.floats(-4, 4),
    st.floats(0.2, 2),
    st.floats(0.2, 2),
    st.floats(0.01, 0.99),
)


def density(mixture: Mixture, x):
    parts = zip(mixture.means, mixture.stds, mixture.weights, strict=True)
    return sum(w * norm.pdf(x, m, s) for m, s, w in parts)


def test_d_star_is_the_share_of_the_data_in_the_density():
    x = np.linspace(-5, 5, 101)
    p, q = density(TWO, x), density(ONE, x)
    np.testing.assert_allclose(probability(optimal_logit(TWO, ONE, x)), p / (p + q), atol=1e-12)


@given(p=mixtures, q=mixtures)
def test_the_value_at_d_star_is_two_jsd_minus_log_four(p, q):
    x = grid(p, q)
    at_optimum = value(p, q, x, optimal_logit(p, q, x))
    assert at_optimum == pytest.approx(2 * jensen_shannon(p, q) - np.log(4), abs=1e-6)


@given(p=mixtures, q=mixtures, tilt=st.floats(-2, 2), shift=st.floats(-2, 2))
def test_no_other_discriminator_reaches_a_higher_value(p, q, tilt, shift):
    x = grid(p, q)
    best = optimal_logit(p, q, x)
    other = value(p, q, x, best + tilt * np.sin(x) + shift)
    assert other <= value(p, q, x, best) + 1e-6


def test_jsd_agrees_with_adaptive_quadrature():
    def integrand(x):
        p, q = density(TWO, x), density(ONE, x)
        m = (p + q) / 2
        return 0.5 * (p * np.log(p / m) + q * np.log(q / m))

    expected, _ = quad(integrand, -12, 12, limit=400)
    assert jensen_shannon(TWO, ONE) == pytest.approx(expected, abs=1e-7)


@given(p=mixtures, q=mixtures)
def test_jsd_is_symmetric_and_between_zero_and_log_two(p, q):
    jsd = jensen_shannon(p, q)
    assert 0 <= jsd <= np.log(2)
    assert jsd == pytest.approx(jensen_shannon(q, p), abs=1e-9)
    assert jensen_shannon(p, p) == pytest.approx(0, abs=1e-12)


def test_far_apart_the_jsd_is_log_two_while_the_wasserstein_distance_goes_on():
    near, far = bump(6.0, 0.3), bump(60.0, 0.3)
    data = bump(0.0, 0.3)
    assert jensen_shannon(data, near) == pytest.approx(np.log(2), abs=1e-9)
    assert jensen_shannon(data, far) == pytest.approx(np.log(2), abs=1e-9)
    assert wasserstein_1(data, near) == pytest.approx(6, rel=1e-6)
    assert wasserstein_1(data, far) == pytest.approx(60, rel=1e-6)


def test_wasserstein_agrees_with_scipy_on_many_samples():
    rng = np.random.default_rng(0)
    sampled = wasserstein_distance(TWO.sample(200_000, rng), ONE.sample(200_000, rng))
    assert wasserstein_1(TWO, ONE) == pytest.approx(sampled, abs=0.02)


def test_samples_follow_the_density():
    from scipy.stats import kstest

    draws = TWO.sample(20_000, np.random.default_rng(1))
    assert kstest(draws, TWO.cdf).pvalue > 0.01


def test_pulls_agree_with_moving_the_generators_points():
    std, d, h = 0.8, 1.7, 1e-5
    x = np.random.default_rng(2).normal(d, std, 400_000)

    def logit(points):
        return (d**2 - 2 * d * points) / (2 * std**2)

    def minimax(points):
        return -np.logaddexp(0, logit(points)).mean()

    def non_saturating(points):
        return np.logaddexp(0, -logit(points)).mean()

    found = separation(np.array([d]), std)
    by_hand = [abs(f(x + h) - f(x - h)) / (2 * h) for f in (minimax, non_saturating)]
    assert found.minimax_gradient[0] == pytest.approx(by_hand[0], rel=0.01)
    assert found.non_saturating_gradient[0] == pytest.approx(by_hand[1], rel=0.01)


@pytest.mark.parametrize(
    ("means", "stds", "weights"),
    [
        ((), (), ()),
        ((0.0,), (1.0, 1.0), (1.0,)),
        ((0.0,), (0.0,), (1.0,)),
        ((0.0,), (1.0,), (0.5,)),
    ],
)
def test_a_mixture_that_is_none_is_refused(means, stds, weights):
    with pytest.raises(ConfigError, match="a mixture needs"):
        Mixture(means, stds, weights)


# --- a D that is trained --------------------------------------------------------------------------


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
