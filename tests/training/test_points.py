"""Training on points: members stand for themselves, runs repeat, resume and follow their rules."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ganlab.catalogue import LOSSES, STRATEGIES
from ganlab.checkpoint import load_run, save_run
from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError
from ganlab.training.loop import Training
from ganlab.training.points import sample_points
from ganlab.training.snapshots import in_batches, manifold_z
from ganlab.transforms import pack

ADAM = OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99)
SHAPE = {"g_width": 16, "g_depth": 2, "d_width": 16, "d_depth": 2}


def small(network=None, **values) -> RunConfig:
    """A ring of eight, learnt by networks of two layers of 16 units."""
    given = {
        "data": Choice("ring", {"std": 0.05}),
        "network": Choice("mlp", SHAPE | (network or {})),
        "z_dim": 2,
        "batch": 32,
        "d_optimizer": ADAM,
        "g_optimizer": ADAM,
        "ema": 0.9,
        "steps": 1000,
        "precision": "float32",
    }
    return RunConfig(**given | values)


def trained(config, steps=15, variants=()):
    training = Training(config, device="cpu", variants=variants)
    return training, training.advance(steps)


def weights_of(training, member=0):
    state = training.state
    nets = (state.G, state.D, state.G_mean)
    return torch.cat([w[member].detach().flatten() for net in nets for w in net.parameters()])


PAIR = [
    {"seed": 3},
    {"seed": 4, "loss": "hinge", "d_optimizer.lr": 3e-3, "g_optimizer.decay": "cosine"},
    {"seed": 4, "penalties.wgan-gp.gamma": 2.0, "loss": "wasserstein"},
    {"seed": 5, "penalties.r1-r2.gamma": 0.5, "penalties.dragan.gamma": 0.1, "noise": "uniform"},
    {"seed": 6, "transforms.instance-noise.sigma": 0.3, "loss": "relativistic"},
    {"seed": 6, "penalties.consensus.gamma": 0.1, "d_clip": 0.05},
]


@pytest.mark.parametrize(
    "config",
    [
        small(),
        small(transforms=(Choice("packing", {"m": 2}),)),
        small(network={"g_norm": "batch"}),
        small(network={"d_batch_feature": "discrimination"}, batch=8),
        small(strategy=Choice("unrolled", {"unroll": 2})),
        small(strategy=Choice("optimistic"), d_steps=1),
        small(strategy=Choice("extragradient")),
        small(d_steps=3, d_warmup=4),
    ],
    ids=["plain", "packed", "norms", "batch", "unrolled", "optimistic", "extragradient", "K"],
)
def test_member_k_of_an_ensemble_trains_as_it_would_alone(config):
    # ε keeps Adam from turning the rounding of a gradient of zero into a whole step.
    config = config.with_values({"d_optimizer.epsilon": 1e-3, "g_optimizer.epsilon": 1e-3})
    together, tick = trained(config, variants=PAIR)
    assert len(tick.members) == len(PAIR)
    for k, values in enumerate(PAIR):
        alone, solo = trained(config.with_values(values))
        torch.testing.assert_close(weights_of(together, k), weights_of(alone), rtol=1e-3, atol=1e-5)
        for name, value in solo.scalars.items():
            assert tick.members[k][name] == pytest.approx(value, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("layer", [{"d_dropout": 0.2}, {"d_norm": "spectral"}])
def test_layers_that_count_passes_leave_members_apart(layer):
    config = small(network=layer)
    together, _ = trained(config, variants=[{"seed": 3}, {"seed": 4}])
    alone, _ = trained(config.with_values({"seed": 4}))
    torch.testing.assert_close(weights_of(together, 1), weights_of(alone), rtol=1e-3, atol=1e-4)


def test_gradients_lie_in_memory_as_their_weights_do():
    """Fused Adam walks memory: a transposed gradient, as penalties leave, would move it wrongly."""
    training, _ = trained(small(penalties=(Choice("r1"),)), 1)
    for net in (training.state.G, training.state.D):
        for w in net.parameters():
            assert w.grad.stride() == w.stride()


def test_two_members_with_the_same_settings_stay_the_same():
    together, _ = trained(small(), 60, [{}, {"loss": "hinge"}, {}])
    torch.testing.assert_close(weights_of(together, 0), weights_of(together, 2), rtol=0, atol=0)
    assert not torch.equal(weights_of(together, 0), weights_of(together, 1))


@pytest.mark.parametrize(
    "name", ["data", "z_dim", "batch", "strategy", "network.g_width", "transforms", "beta1", "ema"]
)
def test_members_that_cannot_move_in_lock_step_are_refused(name):
    values = {
        "data": {"data": "grid"},
        "z_dim": {"z_dim": 3},
        "batch": {"batch": 16},
        "strategy": {"strategy": "simultaneous"},
        "network.g_width": {"network.g_width": 8},
        "transforms": {"transforms.packing.m": 2},
        "beta1": {"d_optimizer.beta1": 0.5},
        "ema": {"ema": 0.5},
    }[name]
    with pytest.raises(ConfigError, match=rf"member 2 differs .*{name}"):
        Training(small(), device="cpu", variants=[{}, values])


@pytest.mark.parametrize("loss", LOSSES)
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


def test_d_alone_learns_during_its_warm_up():
    training = Training(small(d_warmup=5), device="cpu")
    before = [w.detach().clone() for w in training.state.G.parameters()]
    training.advance(5)
    for w, old in zip(training.state.G.parameters(), before, strict=True):
        torch.testing.assert_close(w.detach(), old, rtol=0, atol=0)
    training.advance(1)
    assert training.state.g_steps == 1


def test_clipping_holds_each_member_to_its_own_limit():
    together, _ = trained(small(), 5, [{"d_clip": 0.05}, {"d_clip": 0.0}, {"d_clip": 0.1}])
    largest = [float(weights.abs().max()) for weights in _d_weights(together)]
    assert largest[0] == pytest.approx(0.05)
    assert largest[1] > 0.2
    assert largest[2] == pytest.approx(0.1)


def _d_weights(training):
    D = training.state.D
    count = len(training.state.members)
    return [torch.cat([w[k].detach().flatten() for w in D.parameters()]) for k in range(count)]


@pytest.mark.parametrize("loss", ["non-saturating", "minimax", "least-squares", "relativistic"])
@pytest.mark.parametrize("m", [1, 2])
def test_the_arrows_are_minus_the_gradient_of_gs_loss_by_finite_differences(loss, m):
    config = small(loss=Choice(loss), transforms=(Choice("packing", {"m": m}),))
    training, _ = trained(config, 10)
    arrays = training.snapshot().arrays
    state = training.state
    state.D.double()
    for layer in [*state.D.hidden, state.D.head]:
        layer.exact = False
    fake = torch.from_numpy(arrays["fake"]).double()[None]
    real = torch.from_numpy(arrays["real"]).double()[None]

    def loss_of(points):
        logits = [state.D(pack(x, m)).detach() for x in (real, points)]
        return float(state.objective.g_loss(*logits).sum())

    for k in (0, 17, 300):
        for axis in range(2):
            step = torch.zeros_like(fake)
            step[0, k, axis] = 1e-5
            slope = (loss_of(fake + step) - loss_of(fake - step)) / 2e-5
            assert arrays["arrows"][k, axis] == pytest.approx(-slope, rel=1e-3, abs=1e-5)


def test_the_landscape_is_ds_logits_with_its_first_row_at_the_bottom():
    training, _ = trained(small(), 5)
    arrays = training.snapshot().arrays
    left, right, bottom, top = arrays["extent"]
    assert (left, right, bottom, top) == pytest.approx(training.state.source.data.extent)
    x = left + (right - left) * (10 + 0.5) / 48
    y = bottom + (top - bottom) * (3 + 0.5) / 48
    logit = training.state.D(torch.tensor([[[x, y]]], dtype=torch.float32))
    assert arrays["landscape"][3, 10] == pytest.approx(float(logit.detach()), abs=1e-5)


def test_a_d_that_compares_samples_is_read_in_batches_of_its_usual_size():
    training, _ = trained(small(network={"d_batch_feature": "stddev"}), 5)
    state = training.state
    x = torch.randn(1, 70, 2)
    logits = in_batches(state, x)
    for k in range(3):  # 70 = 24 + 23 + 23
        torch.testing.assert_close(logits[:, k::3], state.D(x[:, k::3]))


def test_a_snapshot_changes_nothing():
    config = small(network={"g_norm": "batch", "d_norm": "spectral"}, ema=0.0)
    looked, blind = Training(config, device="cpu"), Training(config, device="cpu")
    for _ in range(5):
        looked.advance(1)
        looked.snapshot()
        blind.advance(1)
    torch.testing.assert_close(weights_of(looked), weights_of(blind), rtol=0, atol=0)


@pytest.mark.parametrize(("noise", "low", "high"), [("uniform01", 0, 1), ("uniform", -1, 1)])
def test_the_manifolds_grid_spans_the_noise(noise, low, high):
    grid = manifold_z(small(noise=Choice(noise)), 1)
    assert grid.shape == (1, 21, 21, 2)
    assert low <= float(grid.min()) < low + 0.05
    assert high - 0.05 < float(grid.max()) <= high
    line = manifold_z(small(noise=Choice(noise), z_dim=1), 2)
    assert line.shape == (2, 1, 441, 1)


@pytest.mark.parametrize("z_dim", [1, 2, 5])
def test_z_of_any_dimension_gives_points(z_dim):
    training, _ = trained(small(z_dim=z_dim), 2)
    assert training.snapshot().arrays["fake"].shape == (600, 2)
    state = training.state
    points = sample_points(state.members, state.G_mean, 100, 0, state.device)
    assert points.shape == (1, 100, 2)


def test_knobs_can_be_turned_while_it_trains():
    training, _ = trained(small(), 3, [{"d_optimizer.lr": 1e-3}, {"d_optimizer.lr": 1e-2}])
    training.turn("loss", "relativistic")
    training.turn("penalties.r1-r2.gamma", 0.1)
    training.turn("d_optimizer.lr", 1e-3)
    training.turn("transforms.instance-noise.sigma", 0.2)
    training.turn("d_steps", 2)
    training.turn("strategy", "unrolled")
    tick = training.advance(3)
    assert len(tick.interventions) == 6
    assert tick.lost == ()
    with pytest.raises(ConfigError, match="cannot be turned"):
        training.turn("transforms.packing.m", 2)
    with pytest.raises(ConfigError, match="cannot be turned"):
        training.turn("z_dim", 3)


def test_turning_a_rate_keeps_the_moments():
    quiet, _ = trained(small(), 5)
    quiet.advance(5)
    turned, _ = trained(small(), 5)
    turned.turn("d_optimizer.lr", 2e-3)
    turned.turn("d_optimizer.lr", 1e-3)
    turned.advance(5)
    torch.testing.assert_close(weights_of(turned), weights_of(quiet), rtol=0, atol=0)


def test_a_member_that_diverges_takes_nobody_with_it():
    variants = [{}, {"d_optimizer.lr": 10.0, "d_optimizer.name": "adam", "loss": "least-squares"}]
    together = Training(small(), device="cpu", variants=variants)
    with torch.no_grad():
        for w in together.state.D.parameters():
            w[1].mul_(1e30)
    tick = together.advance(10)
    assert tick.lost == (1,)
    assert together.end == ""
    alone, _ = trained(small(), 10)
    torch.testing.assert_close(weights_of(together), weights_of(alone), rtol=1e-3, atol=1e-5)


def test_a_run_that_diverges_says_so_and_keeps_its_last_good_weights():
    training = Training(small(), device="cpu")
    with torch.no_grad():
        training.state.D.head.weight.mul_(torch.inf)
    tick = training.advance(2)
    assert tick.end == "diverged"
    assert weights_of(training).isfinite().all()


def test_bfloat16_keeps_points_in_float32():
    training, _ = trained(small(precision="bfloat16"), 3)
    fake = training.snapshot().arrays["fake"]
    assert fake.dtype == np.float32
    assert len(np.unique(fake[:, 0])) > 550


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


def test_an_unrolled_step_by_sgd_is_the_one_worked_out_by_hand():
    """One look-ahead step of plain SGD: ψ' = ψ - η ∇L_D, and G's gradient runs through it."""
    sgd = OptimizerConfig("sgd", lr=0.5, beta1=0.0)
    config = small(
        strategy=Choice("unrolled", {"unroll": 1}), d_optimizer=sgd, g_optimizer=sgd, d_steps=0
    )
    training = Training(config, device="cpu")
    twin = Training(config, device="cpu").state
    training.advance(1)
    real, _ = twin.source.next(32)
    z = twin.draw_z(32)

    def value():
        fake = twin.G(z)
        names, weights = zip(*twin.D.named_parameters(), strict=True)
        loss = (F.softplus(-twin.D(real)) + F.softplus(twin.D(fake))).mean()
        gradients = torch.autograd.grad(loss, weights, create_graph=True)
        ahead = {n: w - 0.5 * g for n, w, g in zip(names, weights, gradients, strict=True)}
        return F.softplus(-torch.func.functional_call(twin.D, ahead, (fake,))).mean()

    expected = torch.autograd.grad(value(), list(twin.G.parameters()))
    for moved, start, gradient in zip(
        training.state.G.parameters(), twin.G.parameters(), expected, strict=True
    ):
        torch.testing.assert_close(moved, start - 0.5 * gradient, rtol=1e-4, atol=1e-6)
