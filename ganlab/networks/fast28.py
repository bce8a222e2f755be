"""fast28: a DCGAN made for live demos on a plain CPU.

The architecture of dcgan28 at a third of its cost: upsampling folded into 4×4 stride-2
convolutions, no dropout, channels last throughout and no operation that bfloat16 is slow at.
"""

from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks.layers import UpConv
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

SLOPE = 0.2


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, 28, 28) in [-1, 1]; `width` sets the channels."""

    def __init__(self, shape: Shape, width: int) -> None:
        super().__init__()
        self.wide = 4 * width
        self.dense = nn.Linear(shape.z_dim, 7 * 7 * self.wide, bias=False)
        self.up = nn.Sequential(
            nn.BatchNorm2d(self.wide),
            nn.LeakyReLU(SLOPE),
            UpConv(self.wide, 2 * width),  # (N, 2w, 14, 14)
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(SLOPE),
            UpConv(2 * width, shape.channels, bias=True),  # (N, C, 28, 28)
            nn.Tanh(),
        )

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, 28, 28)."""
        x = self.dense(z).view(-1, 7, 7, self.wide).permute(0, 3, 1, 2)  # (N, 4w, 7, 7)
        return self.up(x)


class Discriminator(nn.Module):
    """x: (N, C, 28, 28) -> logits (N,)."""

    def __init__(self, shape: Shape, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(shape.d_channels, width, 4, stride=2, padding=1),  # (N, w, 14, 14)
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(width, 4 * width, 4, stride=2, padding=1),  # (N, 4w, 7, 7)
            nn.LeakyReLU(SLOPE),
        )
        self.dense = nn.Linear(7 * 7 * 4 * width, 1)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, 28, 28) -> (N,)."""
        x = self.body(x).permute(0, 2, 3, 1)  # channels last, so that flattening copies nothing
        return self.dense(x.flatten(1)).squeeze(1)


@network(
    "fast28",
    summary="A small DCGAN for live demos on a CPU: upsampling folded into 4×4 convolutions.",
    space="pictures",
    source="Ours; the body follows Radford et al. 2016",
    parameters={
        "width": Parameter(
            16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
        ),
    },
    sizes=(28,),
)
def build(shape: Shape, width: int = 16) -> tuple[Generator, Discriminator]:
    """G: dense 7·7·4w, folded up-convolutions to 2w and C; D: 4×4 stride 2 to w and 4w, dense 1."""
    if shape.size != 28:
        raise ConfigError(f"fast28 makes pictures of 28×28, and the data are {shape.size} wide")
    return Generator(shape, width), Discriminator(shape, width)
