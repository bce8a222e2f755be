"""The strips of a race: which mode each z falls into, as small numbers."""

import numpy as np

from pages.widgets.mode_timeline import NONE, ROWS, strips


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
