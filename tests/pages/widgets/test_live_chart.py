import numpy as np
import pytest

from ganlab.errors import DataError
from ganlab.registry import Loss, find
from pages.widgets.live_chart import Flag, Line, Series, chart_header, equilibrium_lines, increment
from pages.widgets.payload import pack


def test_an_increment_holds_the_rows_after_since_as_the_browser_reads_them():
    columns = {"step": np.array([10, 20, 30]), "d": np.array([1.0, np.nan, 3.0])}
    rows = increment(columns, ["d", "absent"], 10)
    np.testing.assert_array_equal(rows["step"], [20.0, 30.0])
    np.testing.assert_array_equal(rows["d"], np.array([np.nan, 3.0], np.float32))
    assert np.isnan(rows["absent"]).all()
    assert [array.dtype.str for array in rows.values()] == ["<f8", "<f4", "<f4"]


def test_values_beyond_float32_arrive_as_infinite_without_a_warning():
    rows = increment({"step": np.array([1]), "d": np.array([1e300])}, ["d"], None)
    assert np.isposinf(rows["d"]).all()


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="must hold 'step', got d"):
        increment({"d": np.zeros(2)}, ["d"], None)
    with pytest.raises(DataError, match=r"'d' must have as many rows as 'step' \(3\), got 2"):
        increment({"step": np.arange(3), "d": np.zeros(2)}, ["d"], None)


def test_the_header_names_colours_dashes_and_marks_and_can_be_packed():
    header = chart_header(
        run="a",
        series=[Series("d", "D loss", "D"), Series("x", "other"), Series("js", "JS", sparse=True)],
        title="Losses",
        since=None,
        columns=["step", "d", "js"],
        flags=[Flag(5, "R1")],
        lines=[Line(1.386, "log 4", "D"), Line(0.5, "half")],
        height=200,
    )
    d, other, js = header["series"]
    assert (d["light"], d["dark"]) == ("#6F4BC3", "#B69CFF")
    assert len({one["dash"] for one in header["series"]}) == 3
    assert (d["sparse"], other["sparse"], js["sparse"]) == (False, True, True)
    assert header["flags"] == [{"step": 5, "text": "R1"}]
    assert "light" in header["lines"][0]
    assert "light" not in header["lines"][1]
    assert pack(header, {})


def test_equilibrium_lines_say_their_condition_and_follow_the_smoothing():
    lines = equilibrium_lines(find(Loss, "non-saturating"), {"name": "x", "smoothing": 0.5})
    assert [line.value for line in lines] == pytest.approx([1.125, np.log(4)], abs=5e-4)
    assert [line.label for line in lines] == [
        "D if G has won, or D knows nothing",
        "G if G has won, or D knows nothing",
    ]
    assert [line.concept for line in equilibrium_lines(find(Loss, "wasserstein"), {})] == ["D"]
    (both,) = equilibrium_lines(find(Loss, "relativistic"), {})
    assert both.label == "both if G has won, or D knows nothing"
