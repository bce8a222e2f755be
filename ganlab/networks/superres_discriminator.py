"""The patch discriminator of the shipped super-resolution GAN, for pictures of any size."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from ganlab.networks.judgement import Judgement


class PatchDiscriminator(nn.Module):
    """SRGAN's eight convolutions with spectral norm, and a logit for each patch of 16 pixels.

    Ledig et al. 2017, figure 4, without its dense head, which fixes the size; Miyato et al. 2018
    in place of batch normalisation, which makes the pictures of a batch depend on each other.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        stages = [(1, 1), (1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (8, 1), (8, 2)]
        incoming, layers = 3, []
        for factor, stride in stages:
            outgoing = width * factor
            conv = nn.Conv2d(incoming, outgoing, 3, stride=stride, padding=1)
            layers.append(spectral_norm(conv))
            incoming = outgoing
        self.convs = nn.ModuleList(layers)
        self.head = spectral_norm(nn.Conv2d(incoming, 1, 1))

    def forward(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """pictures: (N, 3, H, W) -> logits (N, 1, H/16, W/16) and the maps after each stride."""
        x, seen = pictures * 2 - 1, []
        for index, conv in enumerate(self.convs):
            x = F.leaky_relu(conv(x), 0.2)
            if index % 2:
                seen.append(x)
        return self.head(x), seen

    def judge(self, pictures: Tensor, labels: Tensor | None = None) -> Judgement:
        """The logits of all patches, (N·h·w,), and the maps."""
        del labels
        logits, seen = self(pictures)
        return Judgement(logits.flatten(), features=tuple(seen))


class NoDiscriminator(nn.Module):
    """A D that knows nothing, where there is no game: 0 for everything."""

    whole = True

    def __init__(self) -> None:
        super().__init__()
        self.score = nn.Parameter(torch.zeros(1))

    def forward(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """pictures: (N, ...) -> (N,)."""
        del labels
        return self.score.expand(len(pictures))
