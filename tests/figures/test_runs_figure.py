import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.figures.runs import averaged, curves


@given(st.integers(1, 5000), st.integers(1, 700))
def test_averaging_keeps_the_mean_weighted_by_count_and_never_draws_more(rows, most):
    x, y = np.arange(rows, dtype=float), np.sin(np.arange(rows))
    at, value = averaged(x, y, most)
    assert len(at) == len(value) == min(rows, most)
    assert (np.diff(at) > 0).all()
    assert y.min() - 1e-12 <= value.min() <= value.max() <= y.max() + 1e-12
    np.testing.assert_allclose(averaged(x, np.ones(rows), most)[1], 1)
    if rows % most == 0:
        assert value.mean() == pytest.approx(y.mean(), abs=1e-9)


def test_rows_without_a_value_are_left_out():
    at, value = averaged(np.array([1.0, 2, 3]), np.array([5.0, np.nan, 7]))
    assert at.tolist() == [1, 3]
    assert value.tolist() == [5, 7]


def test_two_runs_differ_in_colour_and_in_dash():
    rows = np.arange(10.0)
    figure = curves([("a", rows, rows), ("b", rows, rows)], "Loss", "steps", dark=False)
    first, second = figure.data
    assert first.line.color != second.line.color
    assert first.line.dash != second.line.dash
