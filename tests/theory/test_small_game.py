from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm

from ganlab.objective.losses import functions_of
from ganlab.registry import Loss, find
from ganlab.theory import small_game
from ganlab.theory.small_game import HIDDEN, STORIES, Setting, play

LOG_4, LOG_2 = np.log(4), np.log(2)


@pytest.fixture(scope="module")
def stories():
    return {name: play(setting) for name, setting in STORIES.items()}


def test_gradients_of_d_are_finite_differences():
    rng = np.random.default_rng(0)
    D, x, upstream = rng.normal(size=3 * HIDDEN + 1), rng.normal(size=7), rng.normal(size=7)
    _, hidden = small_game.logits(D, x)
    h = 1e-6

    def total(D, x):
        return upstream @ small_game.logits(D, x)[0]

    by_weights = [(total(D + h * e, x) - total(D - h * e, x)) / (2 * h) for e in np.eye(len(D))]
    found = small_game.by_weights(D, x, hidden, upstream)
    np.testing.assert_allclose(found, by_weights, atol=1e-7)
    by_input = (small_game.logits(D, x + h)[0] - small_game.logits(D, x - h)[0]) / (2 * h)
    np.testing.assert_allclose(small_game.by_input(D, hidden), by_input, atol=1e-8)


def rounds_by_autograd(setting, steps):
    """The game again on torch's gradients: both losses of each step, D at its newest for G."""
    functions = functions_of(find(Loss, setting.loss), {})
    rng = np.random.default_rng(setting.seed)
    D = np.concatenate([rng.normal(0, 1, HIDDEN), rng.normal(0, 2, HIDDEN), np.zeros(HIDDEN + 1)])
    D[2 * HIDDEN : 3 * HIDDEN] = rng.normal(0, 0.02, HIDDEN)
    D = torch.from_numpy(D).requires_grad_(True)
    G = torch.tensor([setting.mean, setting.std], dtype=torch.float64, requires_grad=True)

    def score(x):
        w, b, v = D[:HIDDEN], D[HIDDEN : 2 * HIDDEN], D[2 * HIDDEN : -1]
        return torch.tanh(x[:, None] * w + b) @ v + D[-1]

    losses = []
    for _ in range(steps):
        draws = torch.from_numpy(rng.normal(size=(5, setting.batch)))
        d_loss = functions.d(score(draws[0]), score((G[0] + G[1] * draws[1]).detach())).mean()
        (gradient,) = torch.autograd.grad(d_loss, D)
        D = (D - setting.d_rate * gradient).detach().requires_grad_(True)
        g_loss = functions.g(score(draws[0]), score(G[0] + G[1] * draws[2])).mean()
        (gradient,) = torch.autograd.grad(g_loss, G)
        G = (G - setting.g_rate * gradient).detach().requires_grad_(True)
        losses.append((d_loss.item(), g_loss.item()))
    return np.array(losses)


@pytest.mark.parametrize("loss", ["non-saturating", "relativistic", "least-squares", "hinge"])
def test_both_players_losses_are_those_of_a_game_on_autograd(loss):
    setting = Setting(steps=12, loss=loss, d_rate=0.05, g_rate=0.05, batch=32)
    record = play(setting)
    found = np.stack([record.d_loss, record.g_loss], axis=1)
    np.testing.assert_allclose(found, rounds_by_autograd(setting, 12), rtol=1e-7)


def test_the_same_seed_plays_the_same_game():
    short = Setting(steps=40, seed=3)
    np.testing.assert_array_equal(play(short).g_loss, play(short).g_loss)
    assert not np.array_equal(play(short).g_loss, play(replace(short, seed=4)).g_loss)


def test_it_starts_undecided_and_at_its_distance():
    record = play(Setting(steps=1, mean=3.0, std=0.4, d_rate=0.0))
    assert record.g_loss[0] == pytest.approx(LOG_2, abs=0.05)
    # the W2 distance between Gaussians, as an integral over quantiles
    u = (np.arange(100_000) + 0.5) / 100_000
    expected = np.sqrt(np.mean((norm.ppf(u, 3.0, 0.4) - norm.ppf(u)) ** 2))
    assert record.distance[0] == pytest.approx(expected, rel=1e-3)


def test_a_game_that_settles_ends_at_log_four_and_log_two(stories):
    record = stories["settles"]
    assert record.d_loss[-200:].mean() == pytest.approx(LOG_4, abs=0.01)
    assert record.g_loss[-200:].mean() == pytest.approx(LOG_2, abs=0.01)
    assert record.distance[-200:].max() < 0.15


def test_while_it_settles_gs_loss_rises_as_the_samples_improve(stories):
    record = stories["settles"]
    peak = int(record.g_loss[:300].argmax())
    assert record.g_loss[peak] > 3 * LOG_2
    assert record.distance[peak] < 0.95 * record.distance[0]
    assert (np.diff(record.distance[:peak]) < 0).mean() > 0.8


def test_when_d_runs_away_g_hardly_moves(stories):
    record = stories["D runs away"]
    assert record.d_loss[-100:].max() < 0.01
    assert record.distance[-1] > 0.95 * record.distance[0]


def test_when_d_stops_learning_gs_loss_falls_as_the_samples_get_worse(stories):
    record = stories["D stops learning"]
    assert record.g_loss[-100:].mean() < 0.5 * LOG_2
    assert record.distance[-1] > 5 * record.distance[200:300].min()


def test_in_circles_the_losses_do_not_come_to_rest(stories):
    circles, settled = stories["in circles"], stories["settles"]
    assert circles.g_loss[-300:].std() > 10 * settled.g_loss[-300:].std()
    assert circles.distance[-300:].max() > 1
