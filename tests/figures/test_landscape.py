import numpy as np
import pytest

from ganlab.config.choice import Choice
from ganlab.errors import ConfigError
from ganlab.figures.landscape import undecided

EXTENT = (-2.0, 2.0, -1.0, 3.0)


def plane(n):
    """3x - 2y + 1 at the centres of n × n cells of the extent."""
    middles = (np.arange(n) + 0.5) / n
    y, x = np.meshgrid(-1 + 4 * middles, -2 + 4 * middles, indexing="ij")
    return 3 * x - 2 * y + 1


def test_a_loss_that_only_compares_is_undecided_halfway_between_real_and_fake():
    left, right = np.full((50, 2), [-1.0, 1.0]), np.full((50, 2), [1.0, 1.0])
    arrays = {"landscape": plane(400) + 100, "real": right, "fake": left}
    assert undecided(Choice("relativistic"), arrays, EXTENT) == pytest.approx(99, abs=0.1)
    assert undecided(Choice("wasserstein"), arrays, EXTENT) == pytest.approx(99, abs=0.1)
    assert undecided(Choice("non-saturating"), arrays, EXTENT) == 0
    assert undecided(Choice("least-squares"), arrays, EXTENT) == 0.5


def test_smoothed_targets_move_the_border_to_where_d_answers_half_of_what_is_left():
    smoothed = Choice("minimax", {"smoothing": 0.2})
    assert 1 / (1 + np.exp(-undecided(smoothed, {}, EXTENT))) == pytest.approx((1 - 0.2) / 2)


def test_the_score_at_a_point_is_read_across_and_up():
    real, fake = np.full((9, 2), [1.5, 0.0]), np.full((9, 2), [0.5, -0.5])
    arrays = {"landscape": plane(400), "real": real, "fake": fake}
    middle = (3 * 1.5 - 2 * 0 + 1 + 3 * 0.5 + 2 * 0.5 + 1) / 2
    assert undecided(Choice("relativistic"), arrays, EXTENT) == pytest.approx(middle, abs=0.1)


def test_points_that_are_not_finite_leave_a_finite_score():
    lost = np.full((5, 2), np.nan)
    arrays = {"landscape": plane(10), "real": lost, "fake": lost * np.inf}
    assert np.isfinite(undecided(Choice("relativistic"), arrays, EXTENT))


def test_an_unknown_loss_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"loss must be one of .*hinge.*, got 'unheard-of'"):
        undecided(Choice("unheard-of"), {}, EXTENT)
