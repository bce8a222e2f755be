import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from ganlab.errors import DataError
from pages.widgets.canvas_frames import (
    NOWHERE,
    REACH,
    CanvasFrame,
    drawn_points,
    frame_batch,
    quantised,
    scored,
    shrunk,
    thinned,
)

EXTENT = (-2.0, 4.0, 0.0, 3.0)
HALF = np.array([3.0, 1.5])
CENTRE = np.array([1.0, 1.5])


def positions(whole: np.ndarray) -> np.ndarray:
    """What the browser makes of quantised positions, written down a second time."""
    return CENTRE + whole / 32767 * HALF * REACH


@given(stn.arrays(np.float64, (7, 2), elements=st.floats(-1, 1)))
def test_positions_come_back_within_a_step_of_the_grid(unit):
    points = CENTRE + unit * HALF * REACH
    back = positions(quantised(points, EXTENT))
    assert (np.abs(back - points) <= HALF * REACH / 32767 / 2 * 1.001).all()


def test_positions_far_outside_are_clipped_and_those_that_are_not_finite_are_nowhere():
    points = np.array([[1e9, 1.5], [np.nan, 0.0], [0.0, np.inf]])
    whole = quantised(points, EXTENT)
    assert whole[0].tolist() == [32767, 0]
    assert (whole[1:] == NOWHERE).all()


@given(stn.arrays(np.float64, (4, 5), elements=st.floats(-1e6, 1e6)))
def test_scores_come_back_within_a_step_of_their_range(scores):
    whole, low, high = scored(scores)
    back = low + whole / 65535 * (high - low)
    np.testing.assert_allclose(back, scores, rtol=0, atol=(high - low) / 65535 * 0.501)


def test_a_landscape_without_hills_or_with_holes_still_has_a_range():
    whole, low, high = scored(np.full((2, 2), 3.0))
    assert (low, high) == (2.5, 3.5)
    np.testing.assert_allclose(low + whole / 65535 * (high - low), 3.0, atol=1e-4)
    whole, low, high = scored(np.array([[np.nan, np.inf], [1.0, -1.0]]))
    assert (low, high, whole[0, 1]) == (-1.0, 1.0, 65535)


@given(stn.arrays(np.float64, (6, 2), elements=st.floats(-50, 50)))
def test_arrows_keep_their_lengths_relative_to_the_longest(arrows):
    whole, unit = shrunk(arrows)
    np.testing.assert_allclose(whole * unit, arrows, rtol=0, atol=0.501 * unit)


def test_an_arrow_that_is_not_finite_is_none():
    whole, unit = shrunk(np.array([[np.nan, 1.0], [0.0, 0.0]]))
    assert (whole == 0).all()
    assert unit == 1.0


def frame(step: int, **more: np.ndarray) -> CanvasFrame:
    return CanvasFrame(step, {"fake": np.full((3, 2), float(step)), **more})


def test_a_batch_stacks_each_layer_and_says_where_each_frame_lies_in_it():
    grid = np.arange(4.0).reshape(2, 2)
    frames = [frame(1), frame(2, landscape=grid), frame(3, landscape=grid + 1, arrows=grid[:1])]
    told, arrays = frame_batch(frames, EXTENT)
    assert [entry["step"] for entry in told] == [1, 2, 3]
    assert [entry.get("landscape") for entry in told] == [None, 0, 1]
    assert "arrows" not in told[1]
    assert arrays["fake"].shape == (3, 3, 2)
    assert arrays["landscape"].shape == (2, 2, 2)
    assert (told[2]["low"], told[2]["high"]) == (1.0, 4.0)


def test_a_manifold_of_a_line_is_a_grid_with_one_column():
    _, arrays = frame_batch([frame(1, manifold=np.zeros((9, 2)))], EXTENT)
    assert arrays["manifold"].shape == (1, 9, 1, 2)


def test_frames_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="step 4 must hold 'fake'"):
        frame_batch([CanvasFrame(4, {})], EXTENT)
    with pytest.raises(DataError, match=r"'fake' must have one shape .* \[\(2, 2\), \(3, 2\)\]"):
        frame_batch([frame(1), CanvasFrame(2, {"fake": np.zeros((2, 2))})], EXTENT)


@given(st.integers(0, 400), st.integers(2, 90))
def test_thinning_keeps_the_ends_the_order_and_the_newer_half(count, most):
    frames = [frame(step) for step in range(count)]
    kept = [one.step for one in thinned(frames, most)]
    assert len(kept) == min(count, most)
    assert kept == sorted(set(kept))
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)
    newest = most // 2
    assert kept[-newest:] == list(range(count))[-newest:]


def test_a_drawing_is_checked_and_kept_within_the_extent():
    points = drawn_points([[0, 1], [99, -99]], EXTENT, 10)
    np.testing.assert_array_equal(points, np.array([[0, 1], [4, 0]], np.float32))
    for wrong in ("x", [[1, 2, 3]], [1, 2], [[float("nan"), 0]], [["a", "b"]], [[1], [2, 3]]):
        with pytest.raises(DataError, match="draw it again"):
            drawn_points(wrong, EXTENT, 10)
    for count in (0, 11):
        with pytest.raises(DataError, match=f"1 to 10 points, got {count}"):
            drawn_points(np.zeros((count, 2)), EXTENT, 10)
