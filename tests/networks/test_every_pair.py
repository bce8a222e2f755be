"""What every pair of networks for pictures keeps to."""

import pytest

from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from tests.networks.building import PICTURE_NETWORKS, built, players


@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_g_makes_pictures_from_minus_one_to_one_and_d_one_logit_each(name):
    (G, (z, labels)), (D, (x, labels)), *_ = players(name)
    pictures = G(100 * z, labels)
    assert pictures.shape == x.shape
    assert pictures.abs().max() <= 1 or name == "r3gan"  # linear at its end, as the paper's
    assert D(pictures, labels).shape == (3,)


@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_a_size_that_a_pair_cannot_make_is_refused_with_what_came(name):
    with pytest.raises(ConfigError, match="30"):
        built(PICTURE_NETWORKS[name].load(), Shape(20, 1, 30, classes=10, categories=10))
