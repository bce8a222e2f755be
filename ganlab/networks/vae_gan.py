"""VAE/GAN: a GAN whose G is the decoder of an autoencoder. Larsen et al. 2016.

The reconstruction error is taken in D's features, where a plain autoencoder takes it in pixels.
"""

import torch
from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks import fast28
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network


class Encoder(nn.Module):
    """x: (N, C, 28, 28) -> mean and log variance of z, (N, z_dim) each."""

    def __init__(self, shape: Shape, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(shape.channels, 2 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(fast28.SLOPE),  # (N, 2w, 14, 14)
            nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(4 * width),
            nn.LeakyReLU(fast28.SLOPE),  # (N, 4w, 7, 7)
        )
        self.dense = nn.Linear(7 * 7 * 4 * width, 2 * shape.z_dim)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: (N, C, 28, 28) -> two of (N, z_dim)."""
        features = self.body(x).permute(0, 2, 3, 1).flatten(1)
        mean, log_variance = self.dense(features).chunk(2, dim=1)
        return mean, log_variance


class Generator(fast28.Generator):
    """z: (N, z_dim) -> (N, C, 28, 28) in [-1, 1]; `encoder` goes the other way."""

    def __init__(self, shape: Shape, width: int) -> None:
        super().__init__(shape, width)
        self.encoder = Encoder(shape, width)

    @property
    def companions(self) -> dict[str, nn.Module]:
        """Networks inside G whose input is a picture, by title."""
        return {"The encoder: from that picture back to z": self.encoder}

    @torch.no_grad()
    def encode(self, x: Tensor) -> Tensor:
        """The most likely z of pictures (N, C, 28, 28) in [-1, 1], (N, z_dim)."""
        return self.encoder(x)[0]


class Discriminator(fast28.Discriminator):
    """x: (N, C, 28, 28) -> logits (N,); `features` are the learned similarity."""

    def features(self, x: Tensor) -> Tensor:
        """Responses of the last convolution (N, 4w, 7, 7), in which pictures are compared."""
        return self.body(x)


@network(
    "vae-gan",
    summary="The small DCGAN with an encoder: G is also the decoder of an autoencoder.",
    space="pictures",
    source="Larsen et al. 2016; the bodies are ours",
    parameters={
        "width": Parameter(
            16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
        )
    },
    sizes=(28,),
    offers=("an encoder",),
    scores="ganlab.evaluation.systems:reconstruction_scores",
)
def build(shape: Shape, width: int = 16) -> tuple[Generator, Discriminator]:
    """G and D of fast28, and an encoder: 4×4 stride 2 to 2w and 4w with batch norm, dense 2·z."""
    if shape.size != 28:
        raise ConfigError(f"vae-gan makes pictures of 28×28, and the data are {shape.size} wide")
    return Generator(shape, width), Discriminator(shape, width)
