"""The last good weights: kept only while they are good, and given back bit for bit."""

import torch

from ganlab.training.ensemble import Rollback
from ganlab.training.strategies import alternating


def test_what_was_kept_comes_back_bit_for_bit(tiny, state_of, weights, same):
    state = state_of(tiny)
    rollback = Rollback(state)
    alternating(state)
    state.step = 1
    assert rollback.keep(state)
    kept = weights(state)
    alternating(state)
    assert not same(weights(state), kept)
    rollback.restore(state)
    assert same(weights(state), kept)
    assert rollback.step == 1


def test_weights_that_are_not_finite_are_not_kept(tiny, state_of, weights, same):
    state = state_of(tiny)
    rollback, kept = Rollback(state), weights(state)
    for value in (torch.nan, torch.inf):
        alternating(state)
        state.step += 1
        with torch.no_grad():
            state.G.up[0].running_var[0] = value
        assert not rollback.keep(state)
        assert rollback.step == 0
        rollback.restore(state)
        assert same(weights(state), kept)


def test_moments_do_not_outlive_the_weights_that_they_belong_to(tiny, state_of):
    state = state_of(tiny)
    rollback = Rollback(state)
    alternating(state)
    for optimizer in (state.d_optimizer, state.g_optimizer):
        for moments in optimizer.state.values():
            moments["exp_avg"].fill_(torch.nan)
    rollback.restore(state)
    for _ in range(2):
        report = alternating(state)
    assert report.stacked(state.device).isfinite().all()
