"""A picture in memory: its hidden colours and its regions."""

import numpy as np
import pytest

from ganlab.errors import PictureError
from ganlab.images.picture import Picture, with_hidden_colours_filled
from tests.images.files import PHOTO


def test_colours_hidden_under_transparency_come_from_the_nearest_visible_pixel():
    colour = np.zeros((3, 5, 3), np.uint8)
    colour[:, 2] = (10, 200, 30)
    alpha = np.zeros((3, 5), np.uint8)
    alpha[:, 2] = 255
    filled = with_hidden_colours_filled(Picture(colour, alpha))
    assert (filled.colour == (10, 200, 30)).all()
    np.testing.assert_array_equal(filled.alpha, alpha)


def test_a_region_outside_is_refused():
    picture = Picture(PHOTO)
    assert picture.region(1, 2, 3, 4).colour.shape == (4, 3, 3)
    with pytest.raises(PictureError, match="a region inside 64×48 pixels"):
        picture.region(60, 0, 10, 10)
