"""InfoGAN's networks: counts reckoned by hand, shapes, and a reading that leaves nothing."""

import pytest

from ganlab.networks import infogan
from tests.networks.building import built, count, of_fast, z


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    g, d = of_fast(w)
    G, D = built(infogan.build, width=w)
    assert (count(G), count(D)) == (g, d + (49 * 4 * w + 1) * 128 + 129 * 12)


def test_the_reading_of_codes_is_taken_once_and_leaves_nothing():
    G, D = built(infogan.build, width=4)
    assert D.read(G(z())).shape == (5, 12)
    assert D.code_reading is None
