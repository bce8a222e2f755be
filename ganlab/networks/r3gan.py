"""R3GAN's networks: residual blocks without any norm, sized for small pictures.

Huang et al. 2024, section 3 (config E): blocks of 1×1, grouped 3×3 and 1×1 convolutions whose last
layer starts at zero, so that each block starts as the identity (Fixup, Zhang et al. 2019) and a
deep network without norm is stable; LeakyReLU 0.2; D mirrors G. G's last layer is linear, as there:
on digits, which are mostly black, a tanh that nothing holds back saturates at black within thirty
steps, and no gradient reaches G any more. Sizes change through 4×4
convolutions of stride 2, folded upsampling in G, which a CPU is quicker at than at resampling.
"""

import torch
from torch import Tensor, nn

from ganlab.networks.dcgan_body import STAGES, check_size
from ganlab.networks.layers import UpConv
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

SLOPE = 0.2
GROUP = 16
"""Channels that one 3×3 convolution of a block sees."""


class Block(nn.Module):
    """x + f(x), f of 1×1, grouped 3×3 and 1×1 convolutions: (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        groups = max(1, channels // GROUP)
        first = nn.Conv2d(channels, channels, 1)
        middle = nn.Conv2d(channels, channels, 3, padding=1, groups=groups, bias=False)
        last = nn.Conv2d(channels, channels, 1, bias=False)
        for layer in (first, middle):
            nn.init.kaiming_normal_(layer.weight, SLOPE)
            with torch.no_grad():
                layer.weight.mul_(blocks**-0.25)  # Fixup's L^(-1/(2m-2)) for m = 3 layers
        nn.init.zeros_(last.weight)
        self.residual = nn.Sequential(first, nn.LeakyReLU(SLOPE), middle, nn.LeakyReLU(SLOPE), last)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        return x + self.residual(x)


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, H, W), about [-1, 1] and clipped to it where people see it."""

    def __init__(self, shape: Shape, width: int, depth: int) -> None:
        super().__init__()
        stages = STAGES[shape.size]
        self.side, self.wide = shape.size >> stages, width << stages
        self.dense = nn.Linear(shape.z_dim, self.side**2 * self.wide)
        layers: list[nn.Module] = []
        wide, blocks = self.wide, max(1, stages * depth)
        for stage in range(stages):
            layers += [Block(wide, blocks) for _ in range(depth)]
            last = stage == stages - 1
            layers += [
                nn.LeakyReLU(SLOPE),
                UpConv(wide, shape.channels if last else wide // 2, bias=True),
            ]
            wide //= 2
        self.up = nn.Sequential(*layers)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, H, W)."""
        x = self.dense(z).view(-1, self.side, self.side, self.wide).permute(0, 3, 1, 2)
        return self.up(x)


class Discriminator(nn.Module):
    """x: (N, C, H, W) -> logits (N,)."""

    def __init__(self, shape: Shape, width: int, depth: int) -> None:
        super().__init__()
        stages = STAGES[shape.size]
        layers: list[nn.Module] = []
        channels, blocks = shape.d_channels, max(1, stages * depth)
        for stage in range(stages):
            wide = width << (stage + 1)
            layers += [nn.Conv2d(channels, wide, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE)]
            layers += [Block(wide, blocks) for _ in range(depth)]
            channels = wide
        self.body = nn.Sequential(*layers, nn.LeakyReLU(SLOPE))
        self.dense = nn.Linear((shape.size >> stages) ** 2 * channels, 1)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, H, W) -> (N,)."""
        x = self.body(x).permute(0, 2, 3, 1)
        return self.dense(x.flatten(1)).squeeze(1)


@network(
    "r3gan",
    summary="Residual blocks without any norm, for the relativistic loss with R1 and R2.",
    space="pictures",
    source="Huang et al. 2024",
    parameters={
        "width": Parameter(
            16, "Channels before the last convolution of G, halved.", 4, 128, live=False
        ),
        "depth": Parameter(1, "Residual blocks at each size.", 0, 4, live=False),
    },
    sizes=(28, 32, 64),
)
def build(shape: Shape, width: int = 16, depth: int = 1) -> tuple[Generator, Discriminator]:
    """`depth` blocks at each size, 4·width channels at 7×7 and half of that at each doubling."""
    check_size(shape, "r3gan")
    return Generator(shape, width, depth), Discriminator(shape, width, depth)
