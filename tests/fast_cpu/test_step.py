"""The steps without autograd against the general text: the same gradients, reports and draws."""

import pytest
import torch

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.config.variants import varied
from ganlab.registry import Loss, Penalty, table
from ganlab.training.state import build_state
from ganlab.training.step import by_hand, d_gradient, g_gradient

CPU = torch.device("cpu")
SHAPE = {"g_width": 16, "g_depth": 2, "d_width": 16, "d_depth": 2}
ON_SAMPLES = [name for name, spec in table(Penalty).items() if not spec.both_players]


def config(**values) -> RunConfig:
    given = {
        "data": Choice("ring", {"std": 0.05}),
        "network": Choice("mlp", SHAPE),
        "z_dim": 2,
        "batch": 24,
        "d_optimizer": OptimizerConfig(lr=1e-3),
        "precision": "float32",
    }
    return RunConfig(**given | values)


@pytest.fixture
def both_ways(monkeypatch):
    return lambda *configs: _both_ways(monkeypatch, *configs)


def _both_ways(monkeypatch, config, variants=()):
    """Reports and gradients of a step of D and of G: without autograd, and by the general text."""
    out = []
    for switch in ("", "1"):
        monkeypatch.setenv("GANLAB_PLAIN", switch)
        state = build_state(
            config, CPU, members=varied(config, variants)[1] if variants else [config]
        )
        assert by_hand(state) is not bool(switch)
        reports = [*d_gradient(state), *g_gradient(state)]
        gradients = [w.grad for w in [*state.d_weights, *state.g_weights]]
        out.append((reports, gradients, state.streams.state()))
    return out


def assert_equal(mine, theirs):
    torch.testing.assert_close(mine[0], theirs[0], rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(mine[1], theirs[1], rtol=1e-4, atol=1e-6)
    assert all(torch.equal(mine[2][name], stream) for name, stream in theirs[2].items())


@pytest.mark.parametrize("loss", table(Loss))
@pytest.mark.parametrize("packed", [1, 3])
def test_every_loss_gives_the_same_gradients(both_ways, loss, packed):
    transforms = (Choice("instance-noise"), Choice("packing", {"m": packed}))
    assert_equal(*both_ways(config(loss=Choice(loss), transforms=transforms)))


@pytest.mark.parametrize("penalty", ON_SAMPLES)
@pytest.mark.parametrize("bend", ["leaky-relu", "tanh"])
def test_every_penalty_on_samples_gives_the_same_gradients(both_ways, penalty, bend):
    network = Choice("mlp", SHAPE | {"d_activation": bend})
    assert_equal(*both_ways(config(network=network, penalties=(Choice(penalty),))))


def test_members_that_differ_give_the_same_gradients(both_ways):
    variants = [
        {"loss": "hinge"},
        {"loss.smoothing": 0.2, "noise": "uniform"},
        {"loss": "relativistic", "penalties.r1-r2.gamma": 0.3},
        {"loss": "wasserstein", "penalties.wgan-gp.gamma": 2.0, "d_clip": 0.1},
        {"transforms.instance-noise.sigma": 0.4},
    ]
    variants = [{"seed": k} | values for k, values in enumerate(variants)]
    assert_equal(*both_ways(config(), variants))


def test_a_loss_without_a_closed_form_is_differentiated_by_autograd(both_ways, monkeypatch):
    from ganlab.objective import losses

    monkeypatch.setattr(losses, "_closed", lambda *_: None)
    assert_equal(*both_ways(config(loss=Choice("relativistic"))))


@pytest.mark.parametrize(
    "values",
    [
        {"penalties": (Choice("consensus"),)},
        {"network": Choice("mlp", SHAPE | {"g_norm": "batch"})},
        {"network": Choice("mlp", SHAPE | {"d_batch_feature": "stddev"})},
        {"network": Choice("mlp", SHAPE | {"d_dropout": 0.2})},
    ],
    ids=["consensus", "batch norm", "minibatch stddev", "dropout"],
)
def test_what_it_does_not_serve_goes_through_the_general_text(values):
    assert not by_hand(build_state(config(**values), CPU))
