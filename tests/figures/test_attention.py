"""The figures of attention, in the coordinates of the picture."""

import numpy as np
import pytest

from ganlab.figures.attention import attention_overlay, half_of, picture_with_places

PICTURE = np.full((1, 28, 28), 200, np.uint8)


def test_half_of_an_even_map_is_half_of_its_places_and_of_a_pointed_one_a_single_place():
    assert half_of(np.full((14, 14), 1 / 196)) == 98
    pointed = np.zeros((4, 4))
    pointed[1, 2], pointed[0, 0] = 0.7, 0.3
    assert half_of(pointed) == 1
    assert half_of(np.array([[0.4, 0.3], [0.2, 0.1]])) == 2


@pytest.mark.parametrize("channels", [1, 3])
def test_every_place_of_the_picture_can_be_clicked_and_knows_its_row_and_column(channels):
    figure = picture_with_places(np.repeat(PICTURE, channels, 0), 14, (0, 13))
    assert np.shape(figure.data[0].z) == (28, 28, 3)
    places = figure.data[1]
    assert len(places.x) == 196
    k = 14 * 3 + 5
    assert list(places.customdata[k]) == [4, 6]
    assert (places.x[k], places.y[k]) == (10.5, 6.5)  # the middle of pixels 10 and 11, 6 and 7
    frame = figure.layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (25.5, 27.5, -0.5, 1.5)


@pytest.mark.parametrize("dark", [False, True])
def test_the_map_lies_over_a_dimmed_picture_of_the_same_size(dark):
    weights = np.zeros((14, 14))
    weights[2, 3] = 1
    first, second = (
        picture_with_places(PICTURE, 14, (7, 7), dark),
        attention_overlay(PICTURE, weights, (7, 7)),
    )
    assert second.data[0].z.max() < first.data[0].z.max()
    assert second.data[1].z[2, 3] == 100
    assert first.layout.height == second.layout.height
    for axis in ("xaxis", "yaxis"):
        assert first.layout[axis].range == second.layout[axis].range
