import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ganlab.jobs.logger import ROWS, History


@settings(max_examples=15)
@given(count=st.integers(0, 3 * ROWS))
def test_rows_stay_few_evenly_spread_and_true(count):
    history = History(("a", "b"))
    for step in range(count):
        history.add(step * 7, {"a": step, "b": -step})
    columns = history.columns()
    steps = columns["step"]
    assert len(steps) <= ROWS
    assert len(steps) >= min(count, ROWS // 2)
    np.testing.assert_array_equal(columns["a"] * 7, steps)
    np.testing.assert_array_equal(columns["b"], -columns["a"])
    if count:
        assert steps[0] == 0
        assert len(set(np.diff(steps))) <= 1
        assert steps[-1] >= 7 * (count - 1) - (np.diff(steps).max(initial=7))


def test_a_missing_metric_is_not_a_number_and_stored_rows_can_be_added():
    history = History(("a", "b"))
    history.extend({"step": np.array([1, 2]), "a": np.array([5.0, 6.0], np.float32)})
    history.add(3, {"b": 1.0})
    columns = history.columns()
    np.testing.assert_array_equal(columns["step"], [1, 2, 3])
    np.testing.assert_array_equal(columns["a"], [5, 6, np.nan])
    np.testing.assert_array_equal(columns["b"], [np.nan, np.nan, 1])


def test_going_back_drops_the_rows_beyond_and_what_follows_is_added_as_before():
    straight, back = History(["d_loss"]), History(["d_loss"])
    for step in range(1, 2 * ROWS):
        for one in (straight, back):
            one.add(step, {"d_loss": float(step)})
    back.forget_after(3 * ROWS // 2)
    assert back.columns()["step"].max() <= 3 * ROWS // 2
    for step in range(3 * ROWS // 2 + 1, 2 * ROWS):
        back.add(step, {"d_loss": float(step)})
    gaps = np.diff(back.columns()["step"])
    assert (gaps > 0).all()
    assert gaps.max() <= 2 * np.diff(straight.columns()["step"]).max()


def test_the_row_of_the_step_that_a_run_goes_back_to_stays():
    history = History(("a",))
    for step in range(6):
        history.add(step, {"a": -step})
    history.forget_after(3)
    np.testing.assert_array_equal(history.columns()["step"], [0, 1, 2, 3])
