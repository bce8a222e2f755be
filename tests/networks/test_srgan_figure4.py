"""The paper's networks as they are shown, against the networks themselves and the figure."""

import torch

from ganlab.networks.srgan_figure4 import discriminator_layers, drawn, folded, generator_layers
from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.summary import layers
from tests.networks.building import count


def test_what_is_shown_has_all_parameters_of_both_networks():
    for found, net in (
        (generator_layers(), SRResNet()),
        (discriminator_layers(), SRGANDiscriminator()),
    ):
        assert sum(layer.parameters for layer in found) == count(net)
        assert sum(layer.parameters for layer in folded(found)) == count(net)


def test_shapes_that_cost_nothing_are_those_of_a_real_pass():
    assert generator_layers(2) == layers(SRResNet(2), torch.zeros(1, 3, 48, 48))


def test_the_generator_is_drawn_as_in_the_figure():
    shown = drawn(folded(generator_layers()))
    assert [layer.shape for layer in shown] == [
        (64, 24, 24),  # k9n64s1
        *[(64, 24, 24)] * 2,  # the first residual block
        (64, 24, 24),  # fifteen more
        (64, 24, 24),  # k3n64s1
        *[(256, 24, 24), (64, 48, 48), (256, 48, 48), (64, 96, 96)],  # k3n256s1, PixelShuffle ×2
        (3, 96, 96),  # k9n3s1
    ]
    assert shown[3].kind == "15 more such blocks"


def test_the_discriminator_is_drawn_as_in_the_figure():
    shown = drawn(folded(discriminator_layers()))
    assert [layer.shape for layer in shown] == [
        *[(64, 96, 96), (64, 48, 48), (128, 48, 48), (128, 24, 24)],
        *[(256, 24, 24), (256, 12, 12), (512, 12, 12), (512, 6, 6)],
        *[(1024,), (1,)],
    ]
