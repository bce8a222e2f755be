import numpy as np
import pytest

from ganlab.errors import DataError
from pages.widgets.live_chart import (
    OVERLAP,
    Cursor,
    Flag,
    Line,
    Series,
    chart_header,
    increment,
    next_since,
)
from pages.widgets.payload import pack

HOLDS = {"code": "abc"}


def browser(kept: list[int], since: int | None, sent: list[int]) -> list[int]:
    """What the browser keeps: rows up to since, then those that came."""
    return [step for step in kept if since is not None and step <= since] + sent


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


def test_everything_is_sent_until_the_browser_has_answered():
    cursor = Cursor()
    assert next_since(cursor, {}, "a", 100) is None
    assert next_since(cursor, {}, "a", 200) is None
    assert next_since(cursor, HOLDS, "a", 300) == 100


@pytest.mark.parametrize("lost", range(OVERLAP))
def test_fewer_lost_messages_than_the_overlap_leave_no_gap(lost):
    cursor, kept = Cursor(), []
    for poll, last in enumerate(range(10, 300, 10)):
        since = next_since(cursor, HOLDS, "a", last)
        if poll % (lost + 1) == 0:
            assert since is None or since <= kept[-1]
            kept = browser(
                kept, since, [s for s in range(10, last + 1, 10) if since is None or s > since]
            )
            assert kept == list(range(10, last + 1, 10))


def test_a_request_is_answered_once_from_where_it_asks():
    cursor = Cursor("a", [100, 110, 120])
    told = {**HOLDS, "ask": {"run": "a", "after": 40, "n": 7}}
    assert next_since(cursor, told, "a", 130) == 40
    assert next_since(cursor, told, "a", 140) == 110
    empty = {**HOLDS, "ask": {"run": "a", "after": None, "n": 8}}
    assert next_since(cursor, empty, "a", 150) is None


def test_a_request_for_another_run_is_not_answered():
    cursor = Cursor("b", [100])
    told = {**HOLDS, "ask": {"run": "a", "after": 40, "n": 7}}
    assert next_since(cursor, told, "b", 110) == 100


def test_another_run_and_a_run_taken_back_are_sent_from_the_beginning():
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "b", 500) is None
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "a", 50) is None
    assert next_since(Cursor("a", [10]), HOLDS, "a", None) is None


def test_a_short_undo_is_sent_from_before_the_steps_taken_back():
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "a", 115) == 100
    assert next_since(cursor, HOLDS, "a", 125) == 110
    assert next_since(cursor, HOLDS, "a", 130) == 115


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
