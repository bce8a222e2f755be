"""InfoGAN: a second head of D predicts the codes of z from the picture. Chen et al. 2016."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.errors import ConfigError
from ganlab.networks import fast28
from ganlab.networks.judgement import Judgement
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

READER = 128
"""Units between D's features and the reading."""


class Discriminator(fast28.Discriminator):
    """x: (N, C, 28, 28) -> logits (N,); the second head shares all layers but the last two."""

    def __init__(self, shape: Shape, width: int) -> None:
        super().__init__(shape, width)
        self.hidden = nn.Linear(7 * 7 * 4 * width, READER)
        self.reader = nn.Linear(READER, shape.categories + shape.continuous)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, 28, 28) -> (N,)."""
        return self.judge(x, labels).logits

    def judge(self, x: Tensor, labels: Tensor | None = None) -> Judgement:
        """The same logits, and the output of the second head, (N, categories + continuous).

        The latter are logits of the categories, then a mean for each continuous code.
        """
        features = self.body(x).permute(0, 2, 3, 1).flatten(1)
        reading = self.reader(F.leaky_relu(self.hidden(features), fast28.SLOPE))
        return Judgement(self.dense(features).squeeze(1), codes=reading)

    @torch.no_grad()
    def read(self, x: Tensor) -> Tensor:
        """The codes that the second head predicts from x, (N, categories + continuous)."""
        reading = self.judge(x).codes
        assert reading is not None
        return reading


@network(
    "infogan",
    summary="The small DCGAN whose D has a second head, which reads the codes of z.",
    space="pictures",
    source="Chen et al. 2016; the bodies are ours",
    parameters={
        "width": Parameter(
            16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
        )
    },
    sizes=(28,),
    noise="codes",
    offers=("codes",),
    scores="ganlab.evaluation.systems:code_scores",
)
def build(shape: Shape, width: int = 16) -> tuple[fast28.Generator, Discriminator]:
    """G and D of fast28; D with a second head of 128 units for the codes that z begins with."""
    if shape.size != 28:
        raise ConfigError(f"infogan makes pictures of 28×28, and the data are {shape.size} wide")
    return fast28.Generator(shape, width), Discriminator(shape, width)
