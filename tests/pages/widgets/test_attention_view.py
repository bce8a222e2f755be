"""What a map of attention comes to in words."""

import numpy as np

from pages.widgets.attention_view import said

EVEN = np.full((14, 14), 1 / 196)


def test_a_map_that_has_learnt_nothing_says_so():
    words = said(EVEN, 0.018)
    assert "98 of 196 places, nearly evenly from everywhere" in words
    assert "γ = 0.018, which starts at 0: so far the map hardly changes the picture." in words


def test_a_map_that_points_says_how_few_places_it_takes_from():
    pointed = 0.1 * EVEN
    pointed[3, 4] += 0.9
    words = said(pointed, -0.7)
    assert "comes from 1 of 196 places. It is added with the weight γ = -0.7" in words
    assert "hardly" not in words
    assert "evenly" not in words
