"""The plain GAN of two multilayer perceptrons."""

from itertools import pairwise

from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

SLOPE = 0.2
"""Of the LeakyReLU, on the negative side."""


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, H, W) in [-1, 1], through 256, 512 and 1024 units."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.body = nn.Sequential(
            nn.Linear(shape.z_dim, 256),
            nn.LeakyReLU(SLOPE),
            nn.Linear(256, 512),
            nn.LeakyReLU(SLOPE),
            nn.Linear(512, 1024),
            nn.LeakyReLU(SLOPE),
            nn.Linear(1024, shape.channels * shape.size**2),
            nn.Tanh(),
        )

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, H, W)."""
        return self.body(z).view(-1, self.shape.channels, self.shape.size, self.shape.size)


class Discriminator(nn.Module):
    """x: (N, C, H, W) -> logits (N,), through 1024, 512 and 256 units with dropout."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Flatten()]
        widths = (shape.d_channels * shape.size**2, 1024, 512, 256)
        for wide, narrow in pairwise(widths):
            layers += [nn.Linear(wide, narrow), nn.LeakyReLU(SLOPE), nn.Dropout(dropout)]
        self.body = nn.Sequential(*layers, nn.Linear(256, 1))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, H, W) -> (N,)."""
        return self.body(x).squeeze(1)


@network(
    "vanilla",
    summary="Two multilayer perceptrons: 100-256-512-1024-784 against 784-1024-512-256-1.",
    space="pictures",
    source="Goodfellow et al. 2014; the widths are the lecture notes'",
    parameters={
        "dropout": Parameter(0.3, "Share of D's units silenced at random.", 0.0, 0.9, live=False)
    },
    sizes=(28,),
)
def build(shape: Shape, dropout: float = 0.3) -> tuple[Generator, Discriminator]:
    """G: z 100 → 256 → 512 → 1024 → 784 tanh; D: 784 → 1024 → 512 → 256 → 1 with dropout."""
    if shape.size != 28:
        raise ConfigError(f"vanilla makes pictures of 28×28, and the data are {shape.size} wide")
    return Generator(shape), Discriminator(shape, dropout)
