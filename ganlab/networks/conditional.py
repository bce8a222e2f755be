"""Class-conditional generators and discriminators: labels are inputs together with z and x.

G takes labels through conditional batch norm in every layer (Miyato & Koyama 2018; z joins them, as
in BigGAN) or once, together with z (Mirza & Osindero 2014). D takes them by projection (Miyato &
Koyama 2018), as one more channel of the picture (Mirza & Osindero 2014), or not at all: a second
head classifies the picture, and both players minimise its cross-entropy (ACGAN, Odena et al. 2017).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.errors import ConfigError
from ganlab.networks.judgement import Judgement
from ganlab.networks.layers import UpConv
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

SLOPE = 0.2


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Class numbers (N,) as (N, classes) float32; weights (N, classes) of a mixture stay."""
    return labels.float() if labels.ndim == 2 else F.one_hot(labels, classes).float()


class ConditionalNorm(nn.Module):
    """Batch norm whose gain and shift are linear in a code: (N, C, H, W), (N, code) -> the same.

    At first the gain is 1 and the shift 0 for every code.
    """

    def __init__(self, channels: int, code: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.modulate = nn.Linear(code, 2 * channels, bias=False)
        nn.init.zeros_(self.modulate.weight)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        """(1 + gain(code)) · (x - mean)/std + shift(code)."""
        gain, shift = self.modulate(code)[..., None, None].to(x.dtype).chunk(2, dim=1)
        return torch.addcmul(shift, self.norm(x), 1 + gain)


class PlainNorm(nn.BatchNorm2d):
    """Batch norm that takes a code and ignores it."""

    def forward(self, x: Tensor, code: Tensor) -> Tensor:  # type: ignore[override]
        """(N, C, H, W), (N, code) -> (N, C, H, W)."""
        return super().forward(x)


class Generator(nn.Module):
    """z: (N, z_dim), labels: (N,) or mixture weights (N, classes) -> (N, C, H, W) in [-1, 1]."""

    def __init__(self, shape: Shape, width: int, depth: int, labels: str) -> None:
        super().__init__()
        self.classes, self.side, self.wide = shape.classes, shape.size // 4, 4 * width
        code = shape.z_dim + shape.classes
        norm = (lambda c: ConditionalNorm(c, code)) if labels == "norm" else PlainNorm
        self.dense = nn.Linear(code, self.side**2 * self.wide, bias=False)
        norms, layers = [norm(self.wide)], []
        for _ in range(depth):
            layers.append(nn.Conv2d(self.wide, self.wide, 3, padding=1, bias=False))
            norms.append(norm(self.wide))
        layers.append(UpConv(self.wide, 2 * width))
        norms.append(norm(2 * width))
        for _ in range(depth):
            layers.append(nn.Conv2d(2 * width, 2 * width, 3, padding=1, bias=False))
            norms.append(norm(2 * width))
        self.layers, self.norms = nn.ModuleList(layers), nn.ModuleList(norms)
        self.last = UpConv(2 * width, shape.channels, bias=True)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """z: (N, z_dim), labels: (N,) or (N, classes) -> (N, C, H, W)."""
        code = torch.cat([z, one_hot(labels, self.classes)], dim=1)
        x = self.dense(code).view(-1, self.side, self.side, self.wide)
        x = x.permute(0, 3, 1, 2)  # (N, 4w, H/4, W/4), channels last in memory
        x = F.leaky_relu(self.norms[0](x, code), SLOPE)
        for layer, norm in zip(self.layers, self.norms[1:], strict=True):
            x = F.leaky_relu(norm(layer(x), code), SLOPE)  # UpConv: (N, 2w, H/2, W/2)
        return torch.tanh(self.last(x))  # (N, C, H, W)


class Discriminator(nn.Module):
    """x: (N, C, H, W), labels: (N,) -> logits (N,)."""

    def __init__(self, shape: Shape, width: int, depth: int, labels: str) -> None:
        super().__init__()
        self.classes = shape.classes
        channels, size = shape.channels, shape.size
        self.plane = nn.Embedding(shape.classes, size**2) if labels == "concat" else None
        down = [
            nn.Conv2d(channels + (labels == "concat"), width, 4, stride=2, padding=1),
            nn.LeakyReLU(SLOPE),  # (N, w, H/2, W/2)
            nn.Conv2d(width, 4 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(SLOPE),  # (N, 4w, H/4, W/4)
        ]
        for _ in range(depth):
            down += [nn.Conv2d(4 * width, 4 * width, 3, padding=1), nn.LeakyReLU(SLOPE)]
        self.body = nn.Sequential(*down)
        features = (size // 4) ** 2 * 4 * width
        self.dense = nn.Linear(features, 1)
        self.project = nn.Linear(features, shape.classes, False) if labels == "projection" else None
        self.classify = nn.Linear(features, shape.classes) if labels == "auxiliary" else None

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """x: (N, C, H, W), labels: (N,) -> (N,)."""
        return self.judge(x, labels).logits

    def judge(self, x: Tensor, labels: Tensor) -> Judgement:
        """The same logits, and those of the classes (N, classes) where there is a second head."""
        if self.plane is not None:
            plane = self.plane(labels).view(-1, 1, *x.shape[2:])
            x = torch.cat([x, plane.to(x.dtype)], dim=1)  # (N, C + 1, H, W)
        features = self.body(x).permute(0, 2, 3, 1).flatten(1)
        logits = self.dense(features).squeeze(1)
        if self.project is not None:
            # Row y of the projection is the embedding of y: logit = f(h) + e(y) · h.
            rows = self.project(features)
            logits = logits + rows.gather(1, labels[:, None]).squeeze(1)
        classes = None if self.classify is None else self.classify(features)
        return Judgement(logits, classes=classes)


@network(
    "conditional",
    summary="A small DCGAN that is given the class to make: labels go into G and D.",
    space="pictures",
    source="Mirza & Osindero 2014; Odena et al. 2017; Miyato & Koyama 2018; the body is ours",
    parameters={
        "width": Parameter(
            16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
        ),
        "depth": Parameter(
            0, "3×3 convolutions added at each size of the feature maps.", 0, 4, live=False
        ),
        "g_labels": Parameter(
            "norm",
            "How labels reach G: in every batch norm, or once with z.",
            options=("norm", "concat"),
            live=False,
        ),
        "d_labels": Parameter(
            "projection",
            "How D uses labels: by projection, as a channel, or read by it (ACGAN).",
            options=("projection", "concat", "auxiliary"),
            live=False,
        ),
    },
    sizes=(28,),
    conditional=True,
    classes=1,
)
def build(
    shape: Shape,
    width: int = 16,
    depth: int = 0,
    g_labels: str = "norm",
    d_labels: str = "projection",
) -> tuple[Generator, Discriminator]:
    """G: dense, folded up-convolutions; D: 4×4 stride 2 twice; depth adds 3×3 convolutions."""
    if shape.size % 4 or not 8 <= shape.size <= 64:
        raise ConfigError(f"conditional makes pictures 28 or 32 wide, got {shape.size}")
    if shape.classes < 1:
        raise ConfigError("conditional needs data with labels, and these have none")
    G = Generator(shape, width, depth, g_labels)
    return G, Discriminator(shape, width, depth, d_labels)
