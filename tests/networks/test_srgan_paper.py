"""SRResNet and its discriminator have the paper's shapes and numbers of parameters."""

import pytest
import torch

from ganlab.networks.srgan_paper import (
    SRGANDiscriminator,
    SRResNet,
    discriminator_layers,
    drawn,
    folded,
    generator_layers,
)
from ganlab.networks.summary import layers
from ganlab.networks.superres_discriminator import PatchDiscriminator
from tests.networks.building import count


def test_the_generator_has_about_a_million_and_a_half_parameters():
    conv = 64 * 64 * 9
    head, tail = 3 * 64 * 81 + 64, 64 * 3 * 81 + 3
    block = 2 * conv + 2 * 2 * 64 + 1
    stage = 64 * 256 * 9 + 256 + 1
    expected = head + 1 + 16 * block + conv + 2 * 64 + 2 * stage + tail
    assert count(SRResNet()) == expected
    assert abs(expected / 1e6 - 1.55) < 0.01


def test_layers_are_the_papers():
    generator = SRResNet()
    assert len(generator.body) == 16
    assert generator.head.kernel_size == generator.tail.kernel_size == (9, 9)
    discriminator = SRGANDiscriminator()
    convs = [m for m in discriminator.modules() if isinstance(m, torch.nn.Conv2d)]
    assert [c.out_channels for c in convs] == [64, 64, 128, 128, 256, 256, 512, 512]
    assert [c.stride[0] for c in convs] == [1, 2, 1, 2, 1, 2, 1, 2]
    dense = [m for m in discriminator.modules() if isinstance(m, torch.nn.Linear)]
    assert [(d.in_features, d.out_features) for d in dense] == [(512 * 36, 1024), (1024, 1)]


@pytest.mark.parametrize("scale", [2, 4])
def test_the_generator_enlarges(scale):
    assert SRResNet(scale, 8, 2)(torch.rand(2, 3, 5, 7)).shape == (2, 3, 5 * scale, 7 * scale)


def test_discriminators_give_logits_for_pictures_and_patches():
    assert SRGANDiscriminator(32, 4)(torch.rand(5, 3, 32, 32)).shape == (5,)
    logits, seen = PatchDiscriminator(4)(torch.rand(2, 3, 48, 64))
    assert logits.shape == (2, 1, 3, 4)
    assert [tuple(s.shape[1:]) for s in seen] == [(4, 24, 32), (8, 12, 16), (16, 6, 8), (32, 3, 4)]


def test_spectral_norm_bounds_what_a_patch_judge_can_do():
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(4)
    for _ in range(30):
        discriminator(torch.rand(1, 3, 32, 32))
    for conv in discriminator.convs:
        matrix = conv.weight.detach().flatten(1)
        assert float(torch.linalg.matrix_norm(matrix, 2)) < 1.1


# --- the drawing ----------------------------------------------------------------------------------


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
