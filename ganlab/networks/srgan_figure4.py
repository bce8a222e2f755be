"""The paper's two networks layer by layer, as its figure 4 draws them."""

import re
from collections.abc import Callable, Sequence

import torch
from torch import nn

from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.summary import Layer, layers

SIDE = 96
"""The side of the discriminator's crops."""
LATER_BLOCK = re.compile(r"body\.[1-9]")


def generator_layers(scale: int = 4) -> list[Layer]:
    """The layers of SRResNet, for the crops that it is trained on."""
    return _layers(lambda: SRResNet(scale), SIDE // scale)


def discriminator_layers() -> list[Layer]:
    """The layers of SRGAN's discriminator."""
    return _layers(lambda: SRGANDiscriminator(SIDE), SIDE)


def folded(found: Sequence[Layer]) -> list[Layer]:
    """The layers, with all residual blocks but the first combined into one entry."""
    blocks = [layer for layer in found if LATER_BLOCK.match(layer.name)]
    if not blocks:
        return list(found)
    count = len({layer.name.split(".")[1] for layer in blocks})
    total = sum(layer.parameters for layer in blocks)
    line = Layer(f"body.1–{count}", f"{count} more such blocks", blocks[-1].shape, total)
    place = found.index(blocks[0])
    return [*found[:place], line, *found[place + len(blocks) :]]


def drawn(found: Sequence[Layer]) -> list[Layer]:
    """The layers that a diagram shows: convolutions, dense layers and combined blocks."""
    return [layer for layer in found if re.match("Conv|Linear|PixelShuffle|\\d", layer.kind)]


def _layers(build: Callable[[], nn.Module], side: int) -> list[Layer]:
    """The layers of a network on the meta device, which computes shapes only."""
    with torch.device("meta"):
        return layers(build(), torch.empty(1, 3, side, side))
