"""InfoGAN's networks: counts computed by hand, shapes, and the output of both heads."""

import pytest
import torch

from ganlab.networks import infogan
from tests.networks.building import built, count, of_fast, z


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    g, d = of_fast(w)
    G, D = built(infogan.build, width=w)
    assert (count(G), count(D)) == (g, d + (49 * 4 * w + 1) * 128 + 129 * 12)


def test_a_judgement_holds_the_logits_of_a_pass_and_its_reading():
    G, D = built(infogan.build, width=4)
    x = G(z())
    said = D.judge(x)
    assert torch.equal(said.logits, D(x))
    assert torch.equal(said.codes, D.read(x))
    assert D.read(x).shape == (5, 12)
