"""Who moves when, seen from outside through what goes into D and G."""

import copy

import pytest
import torch
from torch.nn import functional as F

from ganlab.training import strategies
from ganlab.training.step import d_gradient, g_gradient
from ganlab.training.strategies import (
    NAMES,
    alternating,
    extragradient,
    only_d,
    only_g,
    optimistic,
    shared,
    simultaneous,
)


def watch(state):
    """Lists that fill with the z that G gets and the pictures that D gets."""
    z, x = [], []
    state.G.register_forward_pre_hook(lambda _m, inputs: z.append(inputs[0].detach().clone()))
    state.D.register_forward_pre_hook(lambda _m, inputs: x.append(inputs[0].detach().clone()))
    return z, x


def test_each_of_k_moves_of_d_sees_a_fresh_batch_and_a_fresh_z(tiny, state_of):
    state = state_of(tiny.with_values({"d_steps": 3}))
    z, x = watch(state)
    alternating(state)
    assert len(z) == len(x) == 4  # three of D, one of G
    real = torch.cat([both[: tiny.batch] for both in x[:3]])
    assert len(torch.unique(real.flatten(1), dim=0)) == 3 * tiny.batch
    assert len(torch.unique(torch.cat(z), dim=0)) == 4 * tiny.batch
    assert state.source.state() == {"epoch": 0, "position": 3 * tiny.batch}


def test_alternating_g_meets_the_d_that_has_moved(tiny, state_of, weights, same):
    one, other = state_of(tiny), state_of(tiny)
    alternating(one)
    only_d(other)
    only_g(other)
    assert same(weights(one), weights(other))


def test_simultaneous_g_answers_the_d_from_before(tiny, state_of, weights):
    # With plain gradient steps each player moves along the gradient at the common first point.
    plain = tiny.with_values({"d_optimizer": "sgd", "g_optimizer": "sgd", "g_optimizer.beta1": 0})
    state, before = state_of(plain), state_of(plain)
    simultaneous(state)
    only_g(before)
    after, wanted = weights(state), weights(before)
    for name, _ in state.G.named_parameters():
        assert torch.equal(after[f"G.{name}"], wanted[f"G.{name}"])
    assert not all(torch.equal(after[n], wanted[n]) for n in after if n.startswith("D."))


def test_shared_is_the_tutorials_train_step(tiny, state_of):
    plain = {"name": "sgd", "lr": 0.01, "beta1": 0.0}
    state = state_of(tiny.with_values({"d_optimizer": plain, "g_optimizer": plain}))
    G, D = copy.deepcopy(state.G), copy.deepcopy(state.D)
    z, x = watch(state)
    report = shared(state)
    (z,), (real, fake) = z, x  # one pass of G, one of D for each kind
    made = G(z)
    d_loss = F.softplus(-D(real)).mean() + F.softplus(D(made)).mean()
    g_loss = F.softplus(-D(made)).mean()
    torch.testing.assert_close(made, fake)
    for loss, net, moved in ((d_loss, D, state.D), (g_loss, G, state.G)):
        weights = list(net.parameters())
        gradients = torch.autograd.grad(loss, weights, retain_graph=True)
        for weight, gradient, after in zip(weights, gradients, moved.parameters(), strict=True):
            torch.testing.assert_close(after, weight - 0.01 * gradient)
    torch.testing.assert_close((report.d.loss, report.g.loss), (d_loss.detach(), g_loss.detach()))


def test_shared_gives_d_its_own_moves_first(tiny, state_of):
    state = state_of(tiny.with_values({"d_steps": 3}))
    z, _ = watch(state)
    shared(state)
    assert len(z) == 3  # two of D alone, one for both


def test_optimistic_moves_by_twice_the_gradient_less_the_one_before(tiny, state_of):
    plain = {"name": "sgd", "lr": 0.01, "beta1": 0.0}
    state = state_of(tiny.with_values({"d_optimizer": plain, "g_optimizer": plain}))
    players = [*state.G.parameters(), *state.D.parameters()]
    stood, gradients = [], []
    for _ in range(3):
        stood.append([weight.detach().clone() for weight in players])
        optimistic(state)
        gradients.append([weight.grad.clone() for weight in players])
    for place, weight in enumerate(players):
        (_, second, third), (first_grad, second_grad, third_grad) = (
            [row[place] for row in rows] for rows in (stood, gradients)
        )
        close = {"rtol": 0, "atol": 1e-6}
        torch.testing.assert_close(third, second - 0.01 * (2 * second_grad - first_grad), **close)
        # The change before was made of two gradients itself: Δ is what the optimiser did alone.
        torch.testing.assert_close(weight, third - 0.01 * (2 * third_grad - second_grad), **close)


def test_extragradient_moves_from_where_it_stood_by_the_gradient_ahead(tiny, state_of):
    plain = {"name": "sgd", "lr": 0.01, "beta1": 0.0}
    state = state_of(tiny.with_values({"d_optimizer": plain, "g_optimizer": plain}))
    seen = []
    state.D.register_forward_pre_hook(
        lambda D, _: seen.append([weight.detach().clone() for weight in D.parameters()])
    )
    players = [*state.G.parameters(), *state.D.parameters()]
    before = [weight.detach().clone() for weight in players]
    extragradient(state)
    for weight, stood in zip(players, before, strict=True):
        torch.testing.assert_close(weight, stood - 0.01 * weight.grad, rtol=0, atol=1e-7)
    first, second, third, last = (torch.cat([part.flatten() for part in one]) for one in seen)
    assert torch.equal(first, second)  # G's gradient and D's at the common first point
    assert torch.equal(third, last)  # and both ahead
    assert not torch.equal(first, third)


def test_no_moves_of_d_leave_d_alone(tiny, state_of, weights):
    for move in (alternating, simultaneous, shared):
        state = state_of(tiny.with_values({"d_steps": 0}))
        before = weights(state)
        report = move(state)
        after = weights(state)
        assert report.d is None
        assert all(torch.equal(after[n], before[n]) for n in after if n.startswith("D."))


def test_a_report_marks_who_did_not_move_and_is_healthy_all_the_same(tiny, state_of):
    state = state_of(tiny)
    d, g = (move(state).stacked(state.device) for move in (only_d, only_g))
    moved = [name for name, x in zip(NAMES, d, strict=True) if x != strategies.STILL]
    assert moved == ["d_loss", "d_real", "d_fake"]
    moved = [name for name, x in zip(NAMES, g, strict=True) if x != strategies.STILL]
    assert moved == ["g_loss", "g_gradient"]
    assert d.isfinite().all()
    assert g.isfinite().all()


def test_a_report_with_a_loss_that_is_not_finite_says_so(tiny, state_of):
    state = state_of(tiny)
    with torch.no_grad():
        state.D.dense.bias.fill_(torch.inf)
    assert not strategies.alternating(state).stacked(state.device).isfinite().all()


def ahead_of(state):
    """Lists that fill with D's weights, each time before D judges."""
    seen = []
    state.D.register_forward_pre_hook(
        lambda D, _: seen.append([weight.detach().clone() for weight in D.parameters()])
    )
    return seen


def test_extragradient_looks_ahead_at_the_rate_of_this_step(tiny, state_of):
    plain = {"name": "sgd", "lr": 0.01, "beta1": 0.0, "decay": "linear"}
    config = tiny.with_values({"d_optimizer": plain, "g_optimizer": plain})
    state, twin = state_of(config), state_of(config)
    state.step = twin.step = config.steps // 4 * 3
    seen = ahead_of(state)
    g_gradient(twin)
    d_gradient(twin)
    extragradient(state)
    for here, there, weight in zip(seen[1], seen[2], twin.D.parameters(), strict=True):
        torch.testing.assert_close(there, here - 0.0025 * weight.grad, rtol=0, atol=1e-7)


def test_extragradients_d_ahead_is_clipped_as_the_one_that_stays_is(tiny, state_of):
    state = state_of(tiny.with_values({"d_clip": 0.01, "d_optimizer.lr": 0.05}))
    only_d(state)
    seen = ahead_of(state)
    extragradient(state)
    for weights in (seen[2], seen[3], [w.detach() for w in state.D.parameters()]):
        assert max(float(weight.abs().max()) for weight in weights) == pytest.approx(0.01)


def test_optimistic_d_ends_within_its_clip(tiny, state_of):
    state = state_of(tiny.with_values({"d_clip": 0.01, "d_optimizer.lr": 0.05}))
    for _ in range(3):
        optimistic(state)
        largest = max(float(weight.detach().abs().max()) for weight in state.D.parameters())
        assert largest == pytest.approx(0.01)
