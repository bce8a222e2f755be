"""A DCGAN's body for pictures 28, 32 or 64 wide, on which the objectives can be compared.

4×4 kernels with stride 2 all the way, as in Radford et al. 2016: G from 7×7 or 8×8 upwards, D the
same way down. Batch norm and spectral norm are there to choose for each player, and attention
where the map is 14×14 or 16×16.
"""

from torch import Tensor, nn

from ganlab.errors import ConfigError
from ganlab.networks.layers import UpConv
from ganlab.networks.self_attention import SelfAttention
from ganlab.networks.shape import Shape
from ganlab.networks.spectral import spectral
from ganlab.registry import Parameter, network

SLOPE = 0.2
STAGES = {28: 2, 32: 2, 64: 3}
"""How often the map doubles, from 7×7 or 8×8."""
ATTENDED = (14, 16)
SIZES = (28, 32, 64)
WIDTH = Parameter(32, "Channels before the last convolution of G, halved.", 4, 128, live=False)


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, H, W) in [-1, 1]; norm is 'batch', 'spectral' or 'both'."""

    def __init__(self, shape: Shape, width: int, norm: str, attention: bool) -> None:
        super().__init__()
        stages = STAGES[shape.size]
        self.side, self.wide = shape.size >> stages, width << stages
        batch = norm in ("batch", "both")
        limit = spectral if norm in ("spectral", "both") else lambda layer: layer
        self.dense = limit(nn.Linear(shape.z_dim, self.side**2 * self.wide, bias=not batch))
        layers: list[nn.Module] = [nn.BatchNorm2d(self.wide)] if batch else []
        layers.append(nn.ReLU())
        size, wide = self.side, self.wide
        for _ in range(stages - 1):
            layers.append(limit(UpConv(wide, wide // 2, bias=not batch)))
            size, wide = 2 * size, wide // 2
            layers += [nn.BatchNorm2d(wide)] if batch else []
            layers.append(nn.ReLU())  # (N, 4w, 14, 14) from (N, 8w, 7, 7) and so on
            if attention and size in ATTENDED:
                layers.append(SelfAttention(wide))
        layers += [limit(UpConv(wide, shape.channels, bias=True)), nn.Tanh()]  # (N, C, H, W)
        self.up = nn.Sequential(*layers)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, H, W)."""
        x = self.dense(z).view(-1, self.side, self.side, self.wide).permute(0, 3, 1, 2)
        return self.up(x)


class Discriminator(nn.Module):
    """x: (N, C, H, W) -> logits (N,); norm is 'none', 'batch' or 'spectral'."""

    def __init__(self, shape: Shape, width: int, norm: str, attention: bool) -> None:
        super().__init__()
        self.mixes_batch = norm == "batch"
        limit = spectral if norm == "spectral" else lambda layer: layer
        layers: list[nn.Module] = []
        channels, size = shape.d_channels, shape.size
        for stage in range(STAGES[shape.size]):
            wide = width << (stage + 1)
            normed = norm == "batch" and stage > 0  # the first layer has none: Radford et al. 2016
            down = nn.Conv2d(channels, wide, 4, stride=2, padding=1, bias=not normed)
            layers.append(limit(down))
            layers += [nn.BatchNorm2d(wide)] if normed else []
            layers.append(nn.LeakyReLU(SLOPE))
            channels, size = wide, size // 2
            if attention and size in ATTENDED:
                layers.append(SelfAttention(wide))
        self.body = nn.Sequential(*layers)
        self.dense = limit(nn.Linear(size**2 * channels, 1))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, H, W) -> (N,)."""
        x = self.body(x).permute(0, 2, 3, 1)  # channels last, so that flattening copies nothing
        return self.dense(x.flatten(1)).squeeze(1)


@network(
    "dcgan-body",
    summary="A DCGAN's body for 28, 32 or 64 pixels, each player's norm to choose.",
    space="pictures",
    source="Radford et al. 2016; Miyato et al. 2018",
    parameters={
        "width": WIDTH,
        "g_norm": Parameter(
            "batch",
            "What keeps G's maps in range.",
            options=("batch", "spectral", "both", "none"),
            live=False,
        ),
        "d_norm": Parameter(
            "none",
            "What keeps D's maps in range; gradient penalties forbid batch norm.",
            options=("none", "batch", "spectral"),
            live=False,
        ),
    },
    sizes=SIZES,
    batch_norm="d_norm",
)
def build(
    shape: Shape, width: int = 32, g_norm: str = "batch", d_norm: str = "none"
) -> tuple[Generator, Discriminator]:
    """Without attention: the DCGAN of wgan, wgan-gp, lsgan, sngan, hinge and ralsgan."""
    check_size(shape, "dcgan-body")
    return Generator(shape, width, g_norm, False), Discriminator(shape, width, d_norm, False)


@network(
    "sagan",
    summary="The same body with self-attention at 14×14 or 16×16 and spectral norm in both.",
    space="pictures",
    source="Zhang et al. 2019",
    parameters={"width": WIDTH},
    sizes=SIZES,
    attention=True,
)
def build_sagan(shape: Shape, width: int = 32) -> tuple[Generator, Discriminator]:
    """Self-attention and spectral norm in both, batch norm in G. Zhang et al. 2019."""
    check_size(shape, "sagan")
    return Generator(shape, width, "both", True), Discriminator(shape, width, "spectral", True)


def check_size(shape: Shape, name: str) -> None:
    """Raise ConfigError if the body cannot make pictures of that size."""
    if shape.size not in STAGES:
        raise ConfigError(
            f"{name} makes pictures 28, 32 or 64 wide, and the data are {shape.size} wide"
        )
