"""Training on points: runs repeat, resume and follow their rules."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ganlab.config import Choice, OptimizerConfig
from ganlab.errors import ConfigError
from ganlab.registry import Loss, Strategy, table
from ganlab.training.checkpoint import load_run, save_run
from ganlab.training.loop import Training
from ganlab.training.tasks.points import sample_points
from tests.training.points import small, trained, weights_of


def test_gradients_lie_in_memory_as_their_weights_do():
    """Fused Adam walks memory: a transposed gradient, as penalties leave, would move it wrongly."""
    training, _ = trained(small(penalties=(Choice("r1"),)), 1)
    for net in (training.state.G, training.state.D):
        for w in net.parameters():
            assert w.grad.stride() == w.stride()


STRATEGIES = [name for name, one in table(Strategy).items() if one.space in ("", "points")]


@pytest.mark.parametrize("loss", table(Loss))
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_loss_runs_with_every_strategy_and_repeats(loss, strategy):
    config = small(loss=Choice(loss), strategy=Choice(strategy))
    first, tick = trained(config, 4)
    second, _ = trained(config, 4)
    assert all(np.isfinite(value) for value in tick.scalars.values())
    torch.testing.assert_close(weights_of(first), weights_of(second), rtol=0, atol=0)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("variants", [[], [{}, {"seed": 9, "d_optimizer.lr": 3e-3}]])
def test_a_resumed_run_goes_on_bit_for_bit(strategy, variants, tmp_path):
    config = small(
        strategy=Choice(strategy),
        penalties=(Choice("wgan-gp"),),
        transforms=(Choice("instance-noise", {"sigma": 0.1, "decay_steps": 50}),),
        network={"d_dropout": 0.1},
    )
    whole, _ = trained(config, 12, variants)
    half, _ = trained(config, 6, variants)
    save_run(tmp_path / "run.safetensors", half.state)
    state = load_run(tmp_path / "run.safetensors", "cpu")
    assert state.members == half.state.members
    again = Training(state.config, state=state)
    again.advance(6)
    for k in range(max(1, len(variants))):
        torch.testing.assert_close(weights_of(again, k), weights_of(whole, k), rtol=0, atol=0)


def test_no_d_steps_leaves_d_as_it_was():
    training = Training(small(d_steps=0), device="cpu")
    before = [w.detach().clone() for w in training.state.D.parameters()]
    tick = training.advance(5)
    for w, old in zip(training.state.D.parameters(), before, strict=True):
        torch.testing.assert_close(w.detach(), old, rtol=0, atol=0)
    assert np.isnan(tick.scalars["d_loss"])
    assert np.isfinite(tick.scalars["g_loss"])


@pytest.mark.parametrize("z_dim", [1, 2, 5])
def test_z_of_any_dimension_gives_points(z_dim):
    training, _ = trained(small(z_dim=z_dim), 2)
    assert training.snapshot().arrays["fake"].shape == (600, 2)
    state = training.state
    points = sample_points(state.members, state.G_mean, 100, 0, state.device)
    assert points.shape == (1, 100, 2)


def test_knobs_can_be_turned_while_it_trains():
    training, _ = trained(small(), 3, [{"d_optimizer.lr": 1e-3}, {"d_optimizer.lr": 1e-2}])
    training.set_live("loss", "relativistic")
    training.set_live("penalties.r1-r2.gamma", 0.1)
    training.set_live("d_optimizer.lr", 1e-3)
    training.set_live("transforms.instance-noise.sigma", 0.2)
    training.set_live("d_steps", 2)
    training.set_live("strategy", "unrolled")
    tick = training.advance(3)
    assert len(tick.interventions) == 6
    assert tick.lost == ()
    with pytest.raises(ConfigError, match="cannot be turned"):
        training.set_live("transforms.packing.m", 2)
    with pytest.raises(ConfigError, match="cannot be turned"):
        training.set_live("z_dim", 3)


def test_turning_a_rate_keeps_the_moments():
    quiet, _ = trained(small(), 5)
    quiet.advance(5)
    turned, _ = trained(small(), 5)
    turned.set_live("d_optimizer.lr", 2e-3)
    turned.set_live("d_optimizer.lr", 1e-3)
    turned.advance(5)
    torch.testing.assert_close(weights_of(turned), weights_of(quiet), rtol=0, atol=0)


def test_a_gan_comes_nearer_to_its_data():
    data = Choice("two-gaussians", {"std": 0.3})
    config = small(data=data, batch=64, penalties=(Choice("r1-r2", {"gamma": 0.1}),))
    training = Training(config, device="cpu")

    def gap():
        state = training.state
        fake = sample_points(state.members, state.G_mean, 2000, 0, state.device)[0]
        real = state.source.data.sample(2000, torch.Generator().manual_seed(0))
        return float((fake.sort(0).values - real.sort(0).values).abs().mean())

    before = gap()
    training.advance(600)
    assert gap() < before / 2


@pytest.mark.parametrize("clip", [0.0, 0.2])
def test_an_unrolled_step_by_sgd_is_the_one_worked_out_by_hand(clip):
    """One look-ahead step of plain SGD: ψ' = ψ - η ∇L_D, clipped; G's gradient runs through it."""
    sgd = OptimizerConfig("sgd", lr=0.5, beta1=0.0)
    config = small(
        strategy=Choice("unrolled", {"unroll": 1}),
        d_optimizer=sgd,
        g_optimizer=sgd,
        d_steps=0,
        d_clip=clip,
    )
    training = Training(config, device="cpu")
    twin = Training(config, device="cpu").state
    training.advance(1)
    real, _ = twin.source.next(32)
    z = twin.task.draw_z(twin, 32)

    def value():
        fake = twin.G(z)
        names, weights = zip(*twin.D.named_parameters(), strict=True)
        loss = (F.softplus(-twin.D(real)) + F.softplus(twin.D(fake))).mean()
        gradients = torch.autograd.grad(loss, weights, create_graph=True)
        ahead = {n: w - 0.5 * g for n, w, g in zip(names, weights, gradients, strict=True)}
        if clip:
            ahead = {n: w.clip(-clip, clip) for n, w in ahead.items()}
            assert any(bool((w.abs() == clip).any()) for w in ahead.values())
        return F.softplus(-torch.func.functional_call(twin.D, ahead, (fake,))).mean()

    expected = torch.autograd.grad(value(), list(twin.G.parameters()))
    for moved, start, gradient in zip(
        training.state.G.parameters(), twin.G.parameters(), expected, strict=True
    ):
        torch.testing.assert_close(moved, start - 0.5 * gradient, rtol=1e-4, atol=1e-6)
