"""Layers and maps, against what the modules themselves give."""

import pytest
import torch

from ganlab.networks import conditional, dcgan, dcgan_body, fast28, transgan, vanilla
from ganlab.networks.shape import Shape
from ganlab.networks.summary import feature_maps, layers
from tests.networks.building import PICTURE_NETWORKS, built, players

SHAPE = Shape(z_dim=100)


@pytest.mark.parametrize("build", [vanilla.build, dcgan.build, fast28.build])
def test_the_layers_parameters_add_up_to_the_networks(build):
    G, D = build(SHAPE)
    for net, x in ((G, torch.randn(2, 100)), (D, torch.randn(2, 1, 28, 28))):
        found = layers(net, x)
        assert sum(layer.parameters for layer in found) == sum(w.numel() for w in net.parameters())
        assert len({layer.name for layer in found}) == len(found)


CASES = [(name, {}) for name in PICTURE_NETWORKS]
CASES += [("dcgan-body", {"g_norm": one, "d_norm": "spectral"}) for one in ("spectral", "both")]
CASES += [("conditional", {"d_labels": one}) for one in ("concat", "auxiliary")]


@pytest.mark.parametrize(("name", "values"), CASES, ids=str)
def test_of_every_pair_all_parameters_and_only_feature_maps_are_listed(name, values):
    total, expected = 0, set()
    for net, inputs in players(name, **values):
        found = layers(net, *inputs)
        total += sum(layer.parameters for layer in found)
        expected |= set(net.parameters())
        assert len({layer.name for layer in found}) == len(found)
        for layer in found:
            # Three samples, and no weight of these networks is three of anything.
            assert feature_maps(net, layer.name, *inputs).shape == (3, *layer.shape), layer
            assert "parametrizations" not in layer.name
            assert "Parametrized" not in layer.kind
    assert total == sum(weight.numel() for weight in expected)


def test_a_spectral_layer_is_listed_under_its_own_type():
    _, D = built(dcgan_body.build, SHAPE, d_norm="spectral")
    first, *_, last = layers(D, torch.randn(3, 1, 28, 28))
    assert first.kind == "Conv2d 4×4, stride 2, spectral"
    assert (first.shape, first.parameters) == ((64, 14, 14), (16 + 1) * 64)
    assert last.kind == "Linear 6272 → 1, spectral"


def test_parameters_next_to_submodules_are_listed_with_their_module():
    G, D = built(transgan.build, SHAPE)
    of_g = layers(G, torch.randn(3, 100))[-1]
    assert (of_g.name, of_g.kind) == ("", "Generator with places")
    assert (of_g.shape, of_g.parameters) == ((1, 28, 28), 49 * 96 + 196 * 24 + 784 * 6)
    of_d = layers(D, torch.randn(3, 1, 28, 28))[-1]
    assert (of_d.kind, of_d.shape, of_d.parameters) == ("Discriminator with place", (), 49 * 64)
    attention = layers(built(dcgan_body.build_sagan, SHAPE)[0], torch.randn(3, 100))
    assert [one.parameters for one in attention if one.kind == "SelfAttention with gamma"] == [1]


def test_windows_of_tokens_are_listed_as_the_tokens_of_one_picture():
    G, _ = built(transgan.build, SHAPE)
    by_name = {layer.name: layer for layer in layers(G, torch.randn(3, 100))}
    assert by_name["stages.2.0.attention.qkv"].shape == (28 * 28, 3 * 6)


def test_a_network_is_left_as_it_was():
    G, _ = dcgan.build(SHAPE)
    G.train()
    before = {name: value.clone() for name, value in G.state_dict().items()}
    layers(G, torch.randn(2, 100))
    assert G.training
    assert all(torch.equal(value, before[name]) for name, value in G.state_dict().items())
    assert not any(module._forward_hooks for module in G.modules())


def test_feature_maps_are_what_the_layer_gives():
    G, _ = fast28.build(SHAPE)
    z = torch.randn(3, 100)
    G.eval()
    dense = feature_maps(G, "dense", z)
    torch.testing.assert_close(dense, G.dense(z))
    last = layers(G, z)[-1].name
    torch.testing.assert_close(feature_maps(G, last, z), G(z))
    with pytest.raises(KeyError):
        feature_maps(G, "nowhere", z)


def test_conditional_networks_are_listed_when_given_their_labels():
    G, D = conditional.build(Shape(64, classes=10))
    labels = torch.tensor([1, 2])
    assert layers(G, torch.randn(2, 64), labels)[-1].shape == (1, 28, 28)
    assert layers(D, torch.randn(2, 1, 28, 28), labels)
