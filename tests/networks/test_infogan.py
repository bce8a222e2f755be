"""InfoGAN's networks: the output of both heads."""

import torch

from ganlab.networks import infogan
from tests.networks.building import built, z


def test_a_judgement_holds_the_logits_of_a_pass_and_its_reading():
    G, D = built(infogan.build, width=4)
    x = G(z())
    said = D.judge(x)
    assert torch.equal(said.logits, D(x))
    assert torch.equal(said.codes, D.read(x))
    assert D.read(x).shape == (5, 12)
