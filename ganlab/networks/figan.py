"""FIGAN: a GAN conditioned on features of a classifier. Hasenstab et al. 2023.

G is conditioned on principal features of the classifier instead of a class, and D scores whether
picture and features match. The classifier is stored inside G, so that a checkpoint is complete.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks import conditional
from ganlab.networks.classifier import FEATURES, Classifier
from ganlab.networks.frozen import Frozen
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

EXAMPLES = 512
"""Features of real pictures that G stores, for sampling without given features."""


class Generator(nn.Module):
    """z: (N, z_dim) and standardised principal features (N, K) -> (N, C, H, W) in [-1, 1]."""

    center: Tensor
    axes: Tensor
    spread: Tensor
    examples: Tensor

    def __init__(self, shape: Shape, width: int, features: int) -> None:
        super().__init__()
        self.body = conditional.Generator(replace(shape, classes=features), width, 0, "norm")
        self.reader = Frozen(Classifier(shape.channels, shape.classes, shape.size))
        self.register_buffer("center", torch.zeros(FEATURES))
        self.register_buffer("axes", torch.eye(features, FEATURES))
        self.register_buffer("spread", torch.ones(features))
        self.register_buffer("examples", torch.zeros(EXAMPLES, features))

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim), labels: features (N, K), by default its examples in turn -> pictures."""
        if labels is None:
            labels = self.examples[torch.arange(len(z), device=z.device) % len(self.examples)]
        return self.body(z, labels)

    @property
    def companions(self) -> dict[str, nn.Module]:
        """Networks inside G whose input is a picture, by title."""
        return {"The classifier: from that picture to features and a class": self.reader.net}

    def principal(self, features: Tensor) -> Tensor:
        """The classifier's features (N, 64) along the principal axes, in deviations: (N, K)."""
        return (features - self.center) @ self.axes.T / self.spread

    def raw(self, principal: Tensor) -> Tensor:
        """The classifier's features (N, 64) nearest to having these principal ones (N, K)."""
        return self.center + principal * self.spread @ self.axes

    def read(self, x: Tensor) -> Tensor:
        """The principal features that the classifier finds in x (N, C, H, W), (N, K)."""
        return self.principal(self.reader(x).features.float())

    @torch.no_grad()
    def take_axes(self, features: Tensor) -> Tensor:
        """Set the axes to the principal axes of features (N, 64); return the shares they explain.

        The sign of an axis is chosen so that the sum of its coordinates is not negative.
        """
        center = features.mean(0)
        _, singular, axes = torch.linalg.svd((features - center).double(), full_matrices=False)
        kept = len(self.spread)
        sign = torch.where(axes[:kept].sum(1) < 0, -1.0, 1.0).double()
        self.center.copy_(center)
        self.axes.copy_(axes[:kept] * sign[:, None])
        self.spread.copy_((singular[:kept] / (len(features) - 1) ** 0.5).clamp(min=1e-6))
        shares = singular.square() / singular.square().sum()
        return shares[:kept].float()


class Discriminator(nn.Module):
    """x: (N, C, H, W), labels: features (N, K) -> logits (N,), by projection."""

    def __init__(self, shape: Shape, width: int, features: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(shape.channels, width, 4, stride=2, padding=1),
            nn.LeakyReLU(conditional.SLOPE),  # (N, w, H/2, W/2)
            nn.Conv2d(width, 4 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(conditional.SLOPE),  # (N, 4w, H/4, W/4)
        )
        size = (shape.size // 4) ** 2 * 4 * width
        self.dense = nn.Linear(size, 1)
        self.project = nn.Linear(size, features, bias=False)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """f(h) + ⟨V h, features⟩. Miyato & Koyama 2018, equation 6, with features for a class."""
        h = self.body(x).permute(0, 2, 3, 1).flatten(1)
        return self.dense(h).squeeze(1) + (self.project(h) * labels.to(h.dtype)).sum(1)


@network(
    "figan",
    summary="The conditional DCGAN, given a classifier's features instead of a class.",
    space="pictures",
    source="Hasenstab et al. 2023; the bodies are ours",
    parameters={
        "width": Parameter(
            16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
        ),
        "features": Parameter(
            16, "Principal features of the classifier that G is given.", 1, 64, live=False
        ),
    },
    classes=2,
    sizes=(28, 32),
    prepare="ganlab.evaluation.figan_features:prepare",
    offers=("a classifier's features",),
    scores="ganlab.evaluation.systems:feature_scores",
)
def build(shape: Shape, width: int = 16, features: int = 16) -> tuple[Generator, Discriminator]:
    """G: the conditional DCGAN with features for classes; D: 4×4 stride 2 twice, projection."""
    if shape.size not in (28, 32):
        raise ConfigError(f"figan makes pictures 28 or 32 wide, got {shape.size}")
    if shape.classes < 2:
        raise ConfigError(
            "figan reads features of a classifier, which needs pictures of two classes or more, "
            f"got {shape.classes}: choose digits, or put your pictures into a folder a class"
        )
    return Generator(shape, width, features), Discriminator(shape, width, features)
