"""A comparison over seeds: members train as they would alone, and budgets are kept."""

import pytest
import torch
from torch import nn

from ganlab.bench.methods import method_config
from ganlab.bench.modes import compare, draw, flattest, measure, needed, steepness
from ganlab.errors import ConfigError
from ganlab.metrics.modes import score_modes
from ganlab.networks.mlp import PointGenerator
from ganlab.training.loop import Training


def test_a_seed_scores_the_same_alone_and_with_others():
    config = method_config("r1-r2", "ring", steps=5)
    together = measure("r1-r2", config, [3, 5], n=400)
    alone = measure("r1-r2", config, [5], n=400)
    assert together.seeds == (3, 5)
    for score, (value,) in alone.scores.items():
        assert together.scores[score][1] == pytest.approx(value, rel=1e-3, nan_ok=True)


def test_a_row_holds_what_the_metrics_say_of_the_shown_generator():
    config = method_config("plain", "grid", steps=3)
    found = measure("plain", config, [0, 1], n=300, rule="box")
    training = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}])
    training.advance(3)
    data = training.state.source.data
    expected = score_modes(draw(training.state, 300), data.modes, data.std, rule="box")
    assert found.scores["high_quality"] == tuple(expected.high_quality.tolist())
    assert found.scores["modes"] == tuple(expected.modes.tolist())
    assert (found.modes_of, found.rule, found.n, found.iterations) == (25, "box", 300, 3)
    assert found.seconds > 0


def test_seeds_are_judged_on_samples_of_their_own():
    config = method_config("plain", "ring", steps=1)
    state = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 0}]).state
    same, again = draw(state, 50)
    torch.testing.assert_close(same, again)
    other = Training(config, device="cpu", variants=[{"seed": 1}]).state
    assert not torch.allclose(draw(other, 50)[0], same)


def test_a_truncated_method_draws_as_many_samples_and_leaves_out_the_steepest():
    config = method_config("truncated", "ring", steps=3)
    state = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}]).state
    whole, cut = draw(state, needed(400, 0.03)), draw(state, 400, 0.03)
    assert cut.shape == (2, 400, 2)
    for every, kept in zip(whole.tolist(), cut.tolist(), strict=True):
        assert len([point for point in every if point not in kept]) == len(every) - 400
    row = measure("truncated", config, [0, 1], n=400)
    data = state.source.data
    state = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}])
    state.advance(3)
    expected = score_modes(draw(state.state, 400, 0.03), data.modes, data.std)
    assert row.scores["high_quality"] == tuple(expected.high_quality.tolist())


def test_rows_come_one_by_one_and_steps_replace_every_budget():
    calls = []
    rows = compare(
        ["plain", "pacgan2"], "ring", [0], steps=2, n=50, on_progress=lambda *a: calls.append(a)
    )
    first = next(rows)
    assert (first.method, first.iterations) == ("plain", 2)
    assert calls[-1] == ("plain", 2, 2)
    assert [row.method for row in rows] == ["pacgan2"]


def test_seconds_bound_the_training_of_each_method():
    (row,) = compare(["plain"], "ring", [0], steps=10**7, seconds=0.2, n=50)
    assert 0 < row.iterations < 10**5


def test_wrong_wishes_are_refused_before_anything_trains():
    with pytest.raises(ConfigError, match="rule must be one of ball, box, got 'cube'"):
        next(compare(["plain"], "ring", [0], rule="cube"))
    with pytest.raises(ConfigError, match="n must be at least 1, got 0"):
        next(compare(["plain"], "ring", [0], n=0))
    with pytest.raises(ConfigError, match="at least one seed"):
        measure("plain", method_config("plain"), [])


# --- truncation -----------------------------------------------------------------------------------


class Linear(nn.Module):
    def forward(self, z):
        return z @ torch.tensor([[3.0, 0.0], [0.0, 4.0]])


class Torn(nn.Module):
    """Two modes, and a steep path between them where |z₁| is small."""

    def forward(self, z):
        return torch.stack([torch.tanh(20 * z[..., 0]), 0 * z[..., 1]], dim=-1)


def draws(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_a_linear_generator_is_as_steep_as_its_matrix_everywhere():
    found = steepness(Linear(), draws(2, 7, 2))
    torch.testing.assert_close(found, torch.full((2, 7), 5.0))


def test_steepness_is_that_of_torchs_own_jacobian():
    G = PointGenerator([torch.Generator().manual_seed(k) for k in (1, 2)], width=8).eval()
    z = draws(2, 3, 2)
    whole = torch.autograd.functional.jacobian(G, z)  # (E, N, 2, E, N, 2)
    expected = [[whole[e, n, :, e, n].norm() for n in range(3)] for e in range(2)]
    torch.testing.assert_close(steepness(G, z), torch.tensor(expected))


def test_what_lies_between_two_modes_is_left_out():
    z = draws(1, 4000, 2)
    before, after = Torn()(z)[..., 0], Torn()(flattest(Torn(), z, 3500))[..., 0]
    assert (before.abs() < 0.99).double().mean() > 0.08
    assert after.abs().min() > 0.99


def test_as_many_are_left_as_were_wanted_and_in_their_order():
    z = draws(3, needed(100, 0.05), 2)
    kept = flattest(Torn(), z, 100)
    assert z.shape[1] == 106
    assert kept.shape == (3, 100, 2)
    at = [z[0].tolist().index(row) for row in kept[0].tolist()]
    assert at == sorted(at)


@pytest.mark.parametrize(
    ("n", "share", "expected"), [(100, 0.0, 100), (95, 0.05, 100), (2, 0.5, 4)]
)
def test_enough_are_drawn(n, share, expected):
    assert needed(n, share) == expected
