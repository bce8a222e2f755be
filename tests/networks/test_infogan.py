"""InfoGAN's networks: counts reckoned by hand, shapes, and a reading that leaves nothing."""

import pytest

from ganlab.errors import ConfigError
from ganlab.networks import infogan
from ganlab.networks.shape import Shape
from tests.networks.building import built, count, of_fast, z


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    g, d = of_fast(w)
    G, D = built(infogan.build, width=w)
    assert (count(G), count(D)) == (g, d + (49 * 4 * w + 1) * 128 + 129 * 12)


def test_shapes_and_range():
    G, D = built(infogan.build, width=4)
    pictures = G(100 * z(), None)
    assert pictures.shape == (5, 1, 28, 28)
    assert pictures.abs().max() <= 1
    assert D(pictures, None).shape == (5,)
    with pytest.raises(ConfigError, match="64"):
        built(infogan.build, Shape(20, size=64, classes=10, categories=10))


def test_the_reading_of_codes_is_taken_once_and_leaves_nothing():
    G, D = built(infogan.build, width=4)
    assert D.read(G(z())).shape == (5, 12)
    assert D.code_reading is None
