"""TransGAN: two transformers and no convolution anywhere. Jiang et al. 2021, cut down for a CPU.

G grows a picture token by token: 8×8 wide tokens, pixel-shuffled into 16×16 and 32×32 narrow ones,
with self-attention at each size, in windows where there are many tokens. D cuts the picture into
patches, reads them as tokens, and halves their number half-way.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

WINDOW = 8
"""Grid self-attention looks at WINDOW × WINDOW tokens where there are more than 16 × 16."""


class Attention(nn.Module):
    """Multi-head self-attention among the tokens of each window: (N, T, D) -> (N, T, D)."""

    def __init__(self, width: int, heads: int, side: int) -> None:
        super().__init__()
        self.heads, self.side = heads, side
        self.window = side if side <= 2 * WINDOW else _window(side)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """softmax(q k / √d) v, written out so that penalties can differentiate it twice."""
        n = len(x)
        x = into_windows(x, self.side, self.window)
        q, k, v = self.qkv(x).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT * q.shape[-1] ** -0.5).softmax(-1)  # (N · windows, heads, t, t)
        y = (weights @ v).transpose(1, 2).flatten(2)
        return out_of_windows(self.out(y), n, self.side, self.window)


def _window(side: int) -> int:
    """The widest window of at most WINDOW that tiles the side."""
    return next(w for w in range(WINDOW, 0, -1) if side % w == 0)


def into_windows(x: Tensor, side: int, window: int) -> Tensor:
    """(N, side², D) -> (N · windows, window², D), each window's tokens together."""
    if window == side:
        return x
    parts = side // window
    x = x.unflatten(1, (parts, window, parts, window)).transpose(2, 3)
    return x.flatten(3, 4).flatten(0, 2)


def out_of_windows(x: Tensor, n: int, side: int, window: int) -> Tensor:
    """Undo `into_windows` for N pictures."""
    if window == side:
        return x
    parts = side // window
    x = x.view(n, parts, parts, window, window, -1).transpose(2, 3)
    return x.flatten(1, 4)


class Block(nn.Module):
    """Attention and a two-layer perceptron, each after a layer norm and with a skip connection."""

    def __init__(self, width: int, heads: int, side: int, expand: int = 4) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, side)
        self.mlp = nn.Sequential(
            nn.Linear(width, expand * width), nn.GELU(), nn.Linear(expand * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, D) -> (N, T, D)."""
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


def shuffle(x: Tensor, side: int) -> Tensor:
    """Each token becomes 2 × 2 of a fourth of its width: (N, side², D) -> (N, 4 side², D/4)."""
    x = x.transpose(1, 2).unflatten(2, (side, side))  # (N, D, side, side)
    return F.pixel_shuffle(x, 2).flatten(2).transpose(1, 2)


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, H, W) in [-1, 1], through H/4, H/2 and H tokens a side."""

    def __init__(self, shape: Shape, width: int, depth: int) -> None:
        super().__init__()
        self.side, self.width, self.channels = shape.size // 4, width, shape.channels
        sides = [self.side, 2 * self.side, 4 * self.side]
        widths = [width, width // 4, width // 16]
        self.dense = nn.Linear(shape.z_dim, self.side**2 * width)
        self.places = nn.ParameterList(
            0.02 * torch.randn(1, side**2, wide) for side, wide in zip(sides, widths, strict=True)
        )
        self.stages = nn.ModuleList(
            nn.Sequential(*(Block(wide, max(1, wide // 16), side) for _ in range(count)))
            for wide, side, count in zip(widths, sides, (depth, max(1, depth // 2), 1), strict=True)
        )
        self.last = nn.Linear(widths[-1], shape.channels)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, H, W)."""
        x = self.dense(z).view(len(z), -1, self.width)  # (N, (H/4)², D)
        side = self.side
        for place, stage in zip(self.places, self.stages, strict=True):
            if place.shape[1] > x.shape[1]:
                x, side = shuffle(x, side), 2 * side  # (N, (H/2)², D/4), then (N, H², D/16)
            x = stage(x + place)
        x = self.last(x).transpose(1, 2).unflatten(2, (side, side))
        return torch.tanh(x)  # (N, C, H, W)


class Discriminator(nn.Module):
    """x: (N, C, H, W) -> logits (N,), by patches of 4 × 4, joined two by two half-way."""

    def __init__(self, shape: Shape, width: int, depth: int) -> None:
        super().__init__()
        side, patch = shape.size // 4, 4
        self.patch = patch
        self.embed = nn.Linear(shape.d_channels * patch**2, width)
        self.place = nn.Parameter(0.02 * torch.randn(1, side**2, width))
        self.side = side
        heads = max(1, width // 16)
        self.early = nn.Sequential(*(Block(width, heads, side) for _ in range(depth)))
        half = -(-side // 2)
        self.join = nn.Linear(4 * width, width)
        self.late = nn.Sequential(*(Block(width, heads, half) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.dense = nn.Linear(width, 1)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, H, W) -> (N,)."""
        x = F.pixel_unshuffle(x, self.patch)  # (N, 16 C, H/4, W/4)
        x = self.embed(x.flatten(2).transpose(1, 2)) + self.place
        x = self.early(x).transpose(1, 2).unflatten(2, (self.side, self.side))
        if self.side % 2:
            x = F.pad(x, (0, 1, 0, 1))
        x = F.pixel_unshuffle(x, 2).flatten(2).transpose(1, 2)  # (N, (H/8)², 4 D)
        x = self.late(self.join(x))
        return self.dense(self.norm(x).mean(1)).squeeze(1)


@network(
    "transgan",
    summary="Two small transformers: tokens pixel-shuffled up, patches read down, no Conv.",
    space="pictures",
    source="Jiang et al. 2021, cut down",
    parameters={
        "width": Parameter(96, "Width of G's first tokens, in sixteens.", 32, 512, live=False),
        "depth": Parameter(2, "Blocks at G's first size and at each of D's.", 1, 8, live=False),
        "d_width": Parameter(64, "Width of D's tokens.", 16, 512, live=False),
    },
    sizes=(28, 32, 64),
)
def build(
    shape: Shape, width: int = 96, depth: int = 2, d_width: int = 64
) -> tuple[Generator, Discriminator]:
    """G: dense to (H/4)² tokens, blocks, pixel shuffle twice; D: 4×4 patches, joined once."""
    if shape.size % 4:
        raise ConfigError(f"transgan makes pictures whose side 4 divides, got {shape.size}")
    if width % 16:
        raise ConfigError(f"width must be a multiple of 16, got {width}")
    return Generator(shape, width, depth), Discriminator(shape, d_width, depth)
