"""FIGAN's networks: shapes, and features there and back."""

import pytest
import torch

from ganlab.errors import ConfigError
from ganlab.networks import figan
from ganlab.networks.shape import Shape
from tests.networks.building import built, z


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
