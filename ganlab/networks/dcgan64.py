"""The DCGAN for 64×64 colour pictures, layer by layer as it is printed in PyTorch's tutorial.

G: 100-512-256-128-64-3, D: 3-64-128-256-512-1, 4×4 kernels without bias, batch norm everywhere but
at the picture, weights from N(0, 0.02). Both print as they are printed there, D's sigmoid included;
but D returns its logit, for the sigmoid is part of the loss here.
"""

from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from ganlab.registry import network


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, 64, 64) in [-1, 1]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(shape.z_dim, 512, 4, 1, 0, bias=False),  # (N, 512, 4, 4)
            nn.BatchNorm2d(512),
            nn.ReLU(True),
            nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False),  # (N, 256, 8, 8)
            nn.BatchNorm2d(256),
            nn.ReLU(True),
            nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False),  # (N, 128, 16, 16)
            nn.BatchNorm2d(128),
            nn.ReLU(True),
            nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),  # (N, 64, 32, 32)
            nn.BatchNorm2d(64),
            nn.ReLU(True),
            nn.ConvTranspose2d(64, shape.channels, 4, 2, 1, bias=False),  # (N, C, 64, 64)
            nn.Tanh(),
        )
        self.apply(initialise)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, 64, 64)."""
        return self.main(z[:, :, None, None])


class Discriminator(nn.Module):
    """x: (N, C, 64, 64) -> logits (N,)."""

    mixes_batch = True
    """Batch norm: real and fake pass apart, each with its own statistics."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(shape.d_channels, 64, 4, 2, 1, bias=False),  # (N, 64, 32, 32)
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(64, 128, 4, 2, 1, bias=False),  # (N, 128, 16, 16)
            nn.BatchNorm2d(128),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(128, 256, 4, 2, 1, bias=False),  # (N, 256, 8, 8)
            nn.BatchNorm2d(256),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(256, 512, 4, 2, 1, bias=False),  # (N, 512, 4, 4)
            nn.BatchNorm2d(512),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(512, 1, 4, 1, 0, bias=False),  # (N, 1, 1, 1)
            nn.Sigmoid(),  # printed, but not run
        )
        self.apply(initialise)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, 64, 64) -> logits (N,): what the printed sigmoid would be given."""
        for layer in list(self.main)[:-1]:
            x = layer(x)
        return x.flatten()


def initialise(module: nn.Module) -> None:
    """N(0, 0.02) for kernels and N(1, 0.02) for gains. Radford et al. 2016, section 4."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


@network(
    "dcgan64",
    summary="The DCGAN for 64×64 as it is printed: 100-512-256-128-64-3 against its mirror.",
    space="pictures",
    source="Radford et al. 2016; PyTorch's DCGAN tutorial",
    sizes=(64,),
    batch_norm=True,
)
def build(shape: Shape) -> tuple[Generator, Discriminator]:
    """The printed pair; with z of 100 and colour 3,576,704 and 2,765,568 weights."""
    if shape.size != 64:
        raise ConfigError(f"dcgan64 makes pictures of 64×64, and the data are {shape.size} wide")
    return Generator(shape), Discriminator(shape)
