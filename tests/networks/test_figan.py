"""FIGAN's networks: counts reckoned by hand, shapes, and features there and back."""

import pytest
import torch

from ganlab.errors import ConfigError
from ganlab.networks import figan
from ganlab.networks.shape import Shape
from tests.networks.building import built, count, of_fast, z


@pytest.mark.parametrize("w", [4, 16])
def test_the_counts_are_those_reckoned_by_hand(w):
    _, d = of_fast(w)
    G, D = built(figan.build, width=w, features=6)
    code = 20 + 6
    of_norms = code * 2 * (4 * w + 2 * w)
    ups = 16 * 4 * w * 2 * w + 16 * 2 * w + 1
    assert (count(G), count(D)) == (code * 49 * 4 * w + of_norms + ups, d + 49 * 4 * w * 6)


@pytest.mark.parametrize("classes", [0, 1])
def test_pictures_of_one_class_teach_no_classifier(classes):
    with pytest.raises(ConfigError, match=f"two classes or more, got {classes}: choose digits"):
        built(figan.build, Shape(20, classes=classes))


def test_it_draws_its_own_examples_without_given_features():
    G, _ = built(figan.build, width=4, features=6)
    G.eval()
    G.examples.copy_(torch.randn(G.examples.shape, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(G(z()), G(z(), G.examples[:5]))


def test_principal_features_and_back_are_a_projection():
    G, _ = built(figan.build, width=4, features=6)
    features = torch.rand(50, 64, generator=torch.Generator().manual_seed(1))
    shares = G.take_axes(features)
    assert 0 < float(shares.sum()) < 1
    assert torch.equal(shares, shares.sort(descending=True).values)
    principal = G.principal(features)
    torch.testing.assert_close(principal.std(0), torch.ones(6))
    torch.testing.assert_close(G.principal(G.raw(principal)), principal, rtol=1e-4, atol=1e-5)
