"""The strips of a race: which mode each z falls into, as small numbers."""

import numpy as np
import pytest

from pages.widgets import mode_timeline
from pages.widgets.mode_timeline import NONE, ROWS, looked_at, strips


def test_modes_keep_their_number_and_none_has_one_of_its_own():
    places = np.array([[[0, 7, -1]]], np.int8)
    np.testing.assert_array_equal(strips(places), [[[0, 7, NONE]]])


def test_many_z_are_thinned_evenly_and_keep_their_order():
    places = np.tile(np.arange(600) % 100, (2, 3, 1)).astype(np.int8)
    small = strips(places)
    assert small.shape == (2, 3, ROWS)
    assert small.dtype == np.uint8
    assert small[0, 0, 0] == 0
    assert small[0, 0, -1] == 599 % 100


@pytest.mark.parametrize(
    ("told", "step"),
    [
        ({}, None),
        ({"at": None}, None),
        ({"at": {"run": "a.0", "step": 117}}, 117),
        ({"at": {"run": "a.1", "step": 117}}, None),
        ({"at": 117}, None),
        ({"at": {"run": "a.0", "step": "far"}}, None),
    ],
)
def test_where_somebody_went_back_to_counts_in_that_run_alone(monkeypatch, told, step):
    monkeypatch.setattr(mode_timeline._component, "received", lambda key: told)
    assert looked_at("strips", "a.0") == step
