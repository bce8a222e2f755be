"""Members of one ensemble: each trains as it would alone."""

import pytest
import torch

from ganlab.config import Choice
from ganlab.errors import ConfigError
from ganlab.training.loop import Training
from ganlab.training.members import checked_members
from tests.training.points import small, trained, weights_of

PAIR = [
    {"seed": 3},
    {"seed": 4, "loss": "hinge", "d_optimizer.lr": 3e-3, "g_optimizer.decay": "cosine"},
    {"seed": 4, "penalties.wgan-gp.gamma": 2.0, "loss": "wasserstein"},
    {"seed": 5, "penalties.r1-r2.gamma": 0.5, "penalties.dragan.gamma": 0.1, "noise": "uniform"},
    {"seed": 6, "transforms.instance-noise.sigma": 0.3, "loss": "relativistic"},
    {"seed": 6, "penalties.consensus.gamma": 0.1, "d_clip": 0.05},
]


@pytest.mark.slow
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


def test_two_members_with_the_same_settings_stay_the_same():
    together, _ = trained(small(), 60, [{}, {"loss": "hinge"}, {}])
    torch.testing.assert_close(weights_of(together, 0), weights_of(together, 2), rtol=0, atol=0)
    assert not torch.equal(weights_of(together, 0), weights_of(together, 1))


@pytest.mark.parametrize(
    "name", ["data", "z_dim", "batch", "strategy", "network.g_width", "transforms", "beta1", "ema"]
)
def test_members_that_cannot_share_one_state_are_refused(name):
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
        checked_members([small(), small().with_values(values)])


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
