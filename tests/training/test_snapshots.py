"""Snapshots of a run on points: what they show, and that looking changes nothing."""

import numpy as np
import pytest
import torch

from ganlab.config import Choice
from ganlab.objective.transforms import pack
from ganlab.training.loop import Training
from ganlab.training.tasks.points import in_batches, manifold_z
from tests.training.points import small, trained, weights_of


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


def test_bfloat16_keeps_points_in_float32():
    training, _ = trained(small(precision="bfloat16"), 3)
    fake = training.snapshot().arrays["fake"]
    assert fake.dtype == np.float32
    assert len(np.unique(fake[:, 0])) > 550


def test_of_a_run_that_averages_g_itself_is_shown_beside_the_average():
    training, _ = trained(small(ema=0.999), 20)
    arrays, state = training.snapshot().arrays, training.state
    z = state.task.shown_z(state.members, state.device)
    np.testing.assert_allclose(arrays["fake_now"], state.G(z)[0].detach(), atol=1e-6)
    np.testing.assert_allclose(arrays["fake"], state.G_mean(z)[0].detach(), atol=1e-6)
    assert np.abs(arrays["fake_now"] - arrays["fake"]).max() > 0.01
    assert {name for name in arrays if name.endswith("_now")} == {
        "fake_now",
        "manifold_now",
        "arrows_now",
    }
    assert not any(
        name.endswith("_now") for name in trained(small(ema=0.0), 1)[0].snapshot().arrays
    )


def test_a_comparison_shows_g_itself_of_every_member_as_soon_as_one_is_averaged():
    members = [{"ema": 0.0}, {"ema": 0.9}]
    arrays = Training(small(steps=3), members, device="cpu").snapshot().arrays
    assert arrays["fake_now"].shape == arrays["fake"].shape
    assert arrays["manifold_now"].shape == arrays["manifold"].shape
