"""Layers and maps, against what the modules themselves give."""

import pytest
import torch
from torch import nn

from ganlab.anatomy import feature_maps, kind, layers
from ganlab.models import conditional, dcgan, fast, vanilla
from ganlab.models.shape import Shape

SHAPE = Shape(z_dim=100)


@pytest.mark.parametrize("build", [vanilla.build, dcgan.build, fast.build])
def test_the_layers_parameters_add_up_to_the_networks(build):
    G, D = build(SHAPE)
    for net, x in ((G, torch.randn(2, 100)), (D, torch.randn(2, 1, 28, 28))):
        found = layers(net, x)
        assert sum(layer.parameters for layer in found) == sum(w.numel() for w in net.parameters())
        assert len({layer.name for layer in found}) == len(found)


def test_a_dcgan_is_told_as_its_tutorial_draws_it():
    G, D = dcgan.build(SHAPE)
    found = layers(G, torch.randn(2, 100))
    ups = [layer for layer in found if "Conv" in layer.kind]
    assert [layer.shape for layer in ups] == [(128, 7, 7), (64, 14, 14), (1, 28, 28)]
    assert [layer.kind for layer in ups] == ["SameUpConv 5×5"] + ["SameUpConv 5×5, stride 2"] * 2
    assert [layer.parameters for layer in ups] == [256 * 128 * 25, 128 * 64 * 25, 64 * 25]
    assert layers(D, torch.randn(2, 1, 28, 28))[-1].shape == (1,)


def test_a_network_is_left_as_it_was():
    G, _ = dcgan.build(SHAPE)
    G.train()
    before = {name: value.clone() for name, value in G.state_dict().items()}
    layers(G, torch.randn(2, 100))
    assert G.training
    assert all(torch.equal(value, before[name]) for name, value in G.state_dict().items())
    assert not any(module._forward_hooks for module in G.modules())


def test_feature_maps_are_what_the_layer_gives():
    G, _ = fast.build(SHAPE)
    z = torch.randn(3, 100)
    G.eval()
    dense = feature_maps(G, "dense", z)
    torch.testing.assert_close(dense, G.dense(z))
    last = layers(G, z)[-1].name
    torch.testing.assert_close(feature_maps(G, last, z), G(z))
    with pytest.raises(KeyError):
        feature_maps(G, "nowhere", z)


def test_conditional_networks_are_told_with_their_labels():
    G, D = conditional.build(Shape(64, classes=10))
    labels = torch.tensor([1, 2])
    assert layers(G, torch.randn(2, 64), labels)[-1].shape == (1, 28, 28)
    assert layers(D, torch.randn(2, 1, 28, 28), labels)


def test_kinds_say_the_numbers_that_matter():
    assert kind(nn.Linear(3, 4)) == "Linear 3 → 4"
    assert kind(nn.LeakyReLU(0.2)) == "LeakyReLU 0.2"
    assert kind(nn.Conv2d(1, 2, (3, 5))) == "Conv2d 3×5"
