"""The history of a run's quality: kept by step and N, read of old runs too, drawn by N."""

import numpy as np
import pytest

from ganlab.jobs.database import connect
from ganlab.jobs.quality_history import columns_of, curves, row_of
from ganlab.jobs.recorder import Recorder


def quality(step: int, n: int = 300, frechet: float = 5.0, features: str = "eyes") -> dict:
    scores = {"frechet": frechet, "coverage": 0.5}
    return {"features": features, "step": step, "n": n, "k": 5, "classes": [0.1], **scores}


@pytest.fixture
def record(store, tiny):
    return store.create(tiny)


def test_each_measuring_is_a_row_and_the_same_step_and_n_are_one(record):
    recorder = Recorder(record, ("d_loss",))
    for one in (quality(10), quality(5), quality(10, 1000), quality(10, frechet=3.0)):
        recorder.write(quality=one)
    recorder.write(quality={"step": 20, "words": "Not measured: no eyes."})
    recorder.write(quality={})
    found = [(row["step"], row["n"], row["frechet"]) for row in record.qualities()]
    assert found == [(5, 300, 5.0), (10, 300, 3.0), (10, 1000, 5.0)]
    recorder.forget_after(5)
    assert [row["step"] for row in record.qualities()] == [5]
    recorder.close()


def test_histograms_and_what_is_not_finite_stay_out_of_a_row():
    row = row_of(quality(1) | {"kid": float("nan"), "kid_size": 150})
    assert row == {"features": "eyes", "step": 1, "n": 300, "k": 5, "frechet": 5.0, "coverage": 0.5}


def test_a_run_from_before_the_table_has_its_newest_quality_and_takes_more(record):
    connection = connect(record.database)
    connection.execute("DROP TABLE quality")
    connection.close()
    assert record.qualities() == []
    record.set_facts(quality=quality(7, 1000))
    assert record.qualities() == [row_of(quality(7, 1000))]
    record.keep_quality(quality(9, 1000))
    assert record.qualities() == [row_of(quality(9, 1000))]
    assert record.info().quality == quality(9, 1000)


def test_a_branch_has_the_qualities_of_its_past(store, record, tiny):
    from ganlab.jobs.branches import ALONE, copy_past

    recorder = Recorder(record, ("d_loss",))
    for step in (5, 10, 15):
        recorder.write(quality=quality(step))
    recorder.close()
    child = store.create(tiny)
    copy_past(record, child, 10, True, ALONE)
    assert [row["step"] for row in child.qualities()] == [5, 10]
    connection = connect(record.database)
    connection.execute("DROP TABLE quality")  # as of a run from before it
    connection.close()
    other = store.create(tiny)
    copy_past(record, other, 10, True, ALONE)
    assert other.qualities() == []


def test_each_n_measured_twice_is_a_curve_of_its_own_in_the_newest_features():
    rows = [
        quality(1, features="other eyes"),
        quality(2, frechet=4.0),
        quality(3, frechet=2.0),
        quality(3, 1000),
    ]
    found = curves(rows, "frechet")
    assert list(found) == [300]
    np.testing.assert_array_equal(found[300], [[2, 3], [4, 2]])
    assert curves([], "frechet") == {}


def test_columns_hold_each_step_once_and_nothing_where_nothing_was_measured():
    rows = [row_of(one) for one in (quality(2), quality(2, 1000, 1.0), quality(4))]
    found = columns_of(rows)
    np.testing.assert_array_equal(found["step"], [2, 4])
    np.testing.assert_array_equal(found["frechet_n300"], [5, 5])
    np.testing.assert_array_equal(found["frechet_n1000"], [1, np.nan])
