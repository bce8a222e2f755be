"""A comparison over seeds: members train as they would alone, and budgets are kept."""

import pytest
import torch

from ganlab.bench.methods import remedied
from ganlab.bench.modes import compare, draw, measure, needed
from ganlab.errors import ConfigError
from ganlab.metrics.modes import score_modes
from ganlab.training.loop import Training


def test_a_seed_scores_the_same_alone_and_beside_others():
    config = remedied("r1-r2", "ring", steps=5)
    together = measure("r1-r2", config, [3, 5], n=400)
    alone = measure("r1-r2", config, [5], n=400)
    assert together.seeds == (3, 5)
    for score, (value,) in alone.scores.items():
        assert together.scores[score][1] == pytest.approx(value, rel=1e-3, nan_ok=True)


def test_a_row_holds_what_the_metrics_say_of_the_shown_generator():
    config = remedied("plain", "grid", steps=3)
    found = measure("plain", config, [0, 1], n=300, rule="box")
    training = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}])
    training.advance(3)
    data = training.state.source.data
    wanted = score_modes(draw(training.state, 300), data.modes, data.std, rule="box")
    assert found.scores["high_quality"] == tuple(wanted.high_quality.tolist())
    assert found.scores["modes"] == tuple(wanted.modes.tolist())
    assert (found.modes_of, found.rule, found.n, found.iterations) == (25, "box", 300, 3)
    assert found.seconds > 0


def test_seeds_are_judged_on_samples_of_their_own():
    config = remedied("plain", "ring", steps=1)
    state = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 0}]).state
    same, again = draw(state, 50)
    torch.testing.assert_close(same, again)
    other = Training(config, device="cpu", variants=[{"seed": 1}]).state
    assert not torch.allclose(draw(other, 50)[0], same)


def test_a_truncated_remedy_draws_as_many_samples_and_leaves_out_the_steepest():
    config = remedied("truncated", "ring", steps=3)
    state = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}]).state
    whole, cut = draw(state, needed(400, 0.03)), draw(state, 400, 0.03)
    assert cut.shape == (2, 400, 2)
    for every, kept in zip(whole.tolist(), cut.tolist(), strict=True):
        assert len([point for point in every if point not in kept]) == len(every) - 400
    row = measure("truncated", config, [0, 1], n=400)
    data = state.source.data
    state = Training(config, device="cpu", variants=[{"seed": 0}, {"seed": 1}])
    state.advance(3)
    wanted = score_modes(draw(state.state, 400, 0.03), data.modes, data.std)
    assert row.scores["high_quality"] == tuple(wanted.high_quality.tolist())


def test_rows_come_one_by_one_and_steps_replace_every_budget():
    told = []
    rows = compare(
        ["plain", "pacgan2"], "ring", [0], steps=2, n=50, report=lambda *a: told.append(a)
    )
    first = next(rows)
    assert (first.remedy, first.iterations) == ("plain", 2)
    assert told[-1] == ("plain", 2, 2)
    assert [row.remedy for row in rows] == ["pacgan2"]


def test_seconds_bound_the_training_of_each_remedy():
    (row,) = compare(["plain"], "ring", [0], steps=10**7, seconds=0.2, n=50)
    assert 0 < row.iterations < 10**5


def test_wrong_wishes_are_refused_before_anything_trains():
    with pytest.raises(ConfigError, match="rule must be one of ball, box, got 'cube'"):
        next(compare(["plain"], "ring", [0], rule="cube"))
    with pytest.raises(ConfigError, match="n must be at least 1, got 0"):
        next(compare(["plain"], "ring", [0], n=0))
    with pytest.raises(ConfigError, match="at least one seed"):
        measure("plain", remedied("plain"), [])
