"""The DCGAN that Stacked MNIST is compared with: gf = df = 64 in VEEGAN and PacGAN.

As in T. Kim's DCGAN for TensorFlow: 5×5 kernels, padding 'same', weights from N(0, 0.02²), batch
norm behind every layer but G's last and D's first and last, LeakyReLU with slope 0.2.
"""

from itertools import pairwise

from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

SLOPE = 0.2
SIZES = (2, 4, 7, 14, 28)
"""Heights of G's feature maps; D's, read backwards."""


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, 28, 28) in [-1, 1]."""

    def __init__(self, shape: Shape, width: int) -> None:
        super().__init__()
        self.wide = 8 * width
        self.dense = nn.Linear(shape.z_dim, SIZES[0] ** 2 * self.wide, bias=False)
        layers: list[nn.Module] = [nn.BatchNorm2d(self.wide), nn.ReLU()]
        channels = (8 * width, 4 * width, 2 * width, width, shape.channels)
        for k, (wide, narrow) in enumerate(pairwise(channels)):
            last = k == len(channels) - 2
            layers.append(_up(wide, narrow, SIZES[k], SIZES[k + 1], bias=last))
            layers += [nn.Tanh()] if last else [nn.BatchNorm2d(narrow), nn.ReLU()]
        self.up = nn.Sequential(*layers)
        self.apply(initialise)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, 28, 28)."""
        x = self.dense(z).view(-1, SIZES[0], SIZES[0], self.wide).permute(0, 3, 1, 2)
        return self.up(x)


class Discriminator(nn.Module):
    """x: (N, C, 28, 28) -> logits (N,)."""

    def __init__(self, shape: Shape, width: int, norm: str) -> None:
        super().__init__()
        self.mixes_batch = norm == "batch"
        """Whether a sample's logit depends on the rest of its batch."""
        layers: list[nn.Module] = []
        channels = (shape.d_channels, width, 2 * width, 4 * width, 8 * width)
        for k, (narrow, wide) in enumerate(pairwise(channels)):
            normed = self.mixes_batch and k > 0
            layers.append(nn.Conv2d(narrow, wide, 5, stride=2, padding=2, bias=not normed))
            layers += [nn.BatchNorm2d(wide)] if normed else []
            layers.append(nn.LeakyReLU(SLOPE))
        self.body = nn.Sequential(*layers)  # 28 -> 14 -> 7 -> 4 -> 2
        self.dense = nn.Linear(8 * width * SIZES[0] ** 2, 1)
        self.apply(initialise)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, 28, 28) -> (N,)."""
        x = self.body(x).permute(0, 2, 3, 1)  # channels last, so that flattening copies nothing
        return self.dense(x.flatten(1)).squeeze(1)


def _up(wide: int, narrow: int, small: int, large: int, bias: bool) -> nn.ConvTranspose2d:
    """Transposed 5×5 convolution of stride 2 from small to large, which is 2 small or one less."""
    extra = large - (2 * small - 1)
    return nn.ConvTranspose2d(wide, narrow, 5, 2, padding=2, output_padding=extra, bias=bias)


def initialise(module: nn.Module) -> None:
    """Weights from N(0, 0.02²), scales from N(1, 0.02²), zero biases."""
    if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


@network(
    "dcgan",
    summary="The DCGAN of the comparisons on Stacked MNIST: four 5×5 convolutions each way.",
    space="pictures",
    source="Radford et al. 2016; T. Kim's DCGAN for TensorFlow",
    parameters={
        "g_width": Parameter(64, "Channels of G's last feature map.", 4, 256, live=False),
        "d_width": Parameter(64, "Channels of D's first feature map.", 4, 256, live=False),
        "d_norm": Parameter(
            "batch",
            "Normalisation of D's feature maps; gradient penalties want none.",
            options=("batch", "none"),
            live=False,
        ),
    },
    sizes=(28,),
    batch_norm="d_norm",
)
def build(
    shape: Shape, g_width: int = 64, d_width: int = 64, d_norm: str = "batch"
) -> tuple[Generator, Discriminator]:
    """G: dense 2·2·8w, up to 4w, 2w, w and C; D: down to w, 2w, 4w and 8w, dense 1."""
    if shape.size != 28:
        raise ConfigError(f"dcgan makes pictures of 28×28, and the data are {shape.size} wide")
    return Generator(shape, g_width), Discriminator(shape, d_width, d_norm)
