"""SRResNet and SRGAN's discriminator as Ledig et al. 2017 draw them in figure 4, and as layers."""

import re
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ganlab.networks.judgement import Judgement
from ganlab.networks.summary import Layer, layers


class PaperBlock(nn.Module):
    """k3n64s1, batch norm, PReLU, k3n64s1, batch norm, plus the input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu = nn.PReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> the same shape."""
        return x + self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))


class DoublingStage(nn.Module):
    """k3n256s1, PixelShuffle ×2, PReLU. Shi et al. 2016."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 4 * channels, 3, padding=1)
        self.shuffle = nn.PixelShuffle(2)
        self.relu = nn.PReLU()

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> (N, C, 2H, 2W)."""
        return self.relu(self.shuffle(self.conv(x)))


class SRResNet(nn.Module):
    """The generator of SRGAN, with the paper's sixteen blocks, for scale 2 or 4.

    It reads colours in [0, 1]; the paper trains its output towards [-1, 1], and here it leaves in
    [0, 1] like that of every other network. In training mode batch norm makes one picture depend
    on the others of its batch; use `eval()` to enlarge.
    """

    def __init__(self, scale: int = 4, channels: int = 64, blocks: int = 16) -> None:
        super().__init__()
        assert scale in (2, 4)
        self.scale = scale
        self.channels = channels
        self.blocks = blocks
        self.head = nn.Conv2d(3, channels, 9, padding=4)
        self.relu = nn.PReLU()
        self.body = nn.Sequential(*(PaperBlock(channels) for _ in range(blocks)))
        self.merge = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.stages = nn.Sequential(*(DoublingStage(channels) for _ in range(scale // 2)))
        self.tail = nn.Conv2d(channels, 3, 9, padding=4)

    @property
    def radius(self) -> int:
        """4 for the head, 2 a block, 1 for the merge; then stages and tail at finer grids."""
        finer = 1 + (0.5 if self.scale == 4 else 0) + 4 / self.scale
        return 4 + 2 * self.blocks + 1 + -int(-finer // 1)

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        features = self.relu(self.head(lr))
        features = features + self.norm(self.merge(self.body(features)))
        return (self.tail(self.stages(features)) + 1) / 2


class SRGANDiscriminator(nn.Module):
    """Eight convolutions and a dense head, for crops of one size (96 in the paper)."""

    mixes_batch = True
    whole = True
    """It reads crops of one size only: nothing can be cut off them."""

    def __init__(self, side: int = 96, width: int = 64) -> None:
        super().__init__()
        stages = [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (8, 1), (8, 2)]
        layers: list[nn.Module] = [nn.Conv2d(3, width, 3, padding=1), nn.LeakyReLU(0.2)]
        incoming = width
        for factor, stride in stages:
            outgoing = width * factor
            layers += [
                nn.Conv2d(incoming, outgoing, 3, stride=stride, padding=1, bias=False),
                nn.BatchNorm2d(outgoing),
                nn.LeakyReLU(0.2),
            ]
            incoming = outgoing
        self.convs = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(incoming * (side // 16) ** 2, 1024),
            nn.LeakyReLU(0.2),
            nn.Linear(1024, 1),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """pictures: (N, 3, side, side) in [0, 1] -> logits (N,); the paper's σ comes later."""
        return self.head(self.convs(pictures * 2 - 1)).squeeze(1)

    def judge(self, pictures: Tensor, labels: Tensor | None = None) -> Judgement:
        """The logits alone."""
        del labels
        return Judgement(self(pictures))


# --- the drawing ----------------------------------------------------------------------------------


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
