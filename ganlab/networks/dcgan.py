"""The DCGAN of TensorFlow's tutorial with Keras's semantics kept, so that its results carry over.

Kept from Keras: padding 'same' (one pixel before and two after, where PyTorch's symmetric padding
would shift the picture), Glorot-uniform weights and zero biases, batch norm with momentum 0.99
(0.01 in PyTorch's sense) and ε 1e-3, LeakyReLU with slope 0.3, and the dense layer's channels last.
"""

from torch import Tensor, nn
from torch.nn import functional as F

import ganlab.fast_cpu as fast_cpu
from ganlab.errors import ConfigError
from ganlab.networks.shape import Shape
from ganlab.registry import Parameter, network

SLOPE = 0.3
MOMENTUM = 0.01
EPSILON = 1e-3


class SameUpConv(nn.ConvTranspose2d):
    """Transposed 5×5 convolution, Keras 'same': (N, C, H, W) -> (N, C', sH, sW)."""

    def __init__(self, wide: int, narrow: int, stride: int) -> None:
        super().__init__(wide, narrow, 5, stride, padding=2 if stride == 1 else 1, bias=False)

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        """(N, C, H, W) -> (N, C', sH, sW)."""
        if fast_cpu.on(input):
            out = fast_cpu.same_up(input, self.weight, self.stride[0])
            if out is not None:
                return out
        out = super().forward(input)
        # 'same' crops what lies beyond: nothing at stride 1, the last row and column at 2.
        return out if self.stride[0] == 1 else out[..., :-1, :-1]


class SameDownConv(nn.Conv2d):
    """5×5 convolution of stride 2, Keras 'same': (N, C, H, W) -> (N, C', H/2, W/2)."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__(narrow, wide, 5, stride=2)

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', H/2, W/2), one zero before and two after."""
        assert self.bias is not None
        if fast_cpu.on(input):
            out = fast_cpu.same_down(input, self.weight, self.bias)
            if out is not None:
                return out
        return super().forward(F.pad(input, (1, 2, 1, 2)))


class LeanDropout(nn.Dropout):
    """Dropout whose mask takes a tenth of the time on a CPU, see `fast_cpu.kept_units`."""

    def forward(self, input: Tensor) -> Tensor:
        """Zero a share p of the units and divide the others by what is kept, while training."""
        if not fast_cpu.on(input) or not self.training or not 0 < self.p < 1:
            return super().forward(input)
        return input * fast_cpu.kept_units(input, self.p)


class Generator(nn.Module):
    """z: (N, z_dim) -> (N, C, 28, 28) in [-1, 1]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.dense = nn.Linear(shape.z_dim, 7 * 7 * 256, bias=False)
        self.dense_norm = nn.BatchNorm1d(7 * 7 * 256, EPSILON, MOMENTUM)
        self.up = nn.Sequential(
            nn.LeakyReLU(SLOPE),
            SameUpConv(256, 128, stride=1),  # (N, 128, 7, 7)
            nn.BatchNorm2d(128, EPSILON, MOMENTUM),
            nn.LeakyReLU(SLOPE),
            SameUpConv(128, 64, stride=2),  # (N, 64, 14, 14)
            nn.BatchNorm2d(64, EPSILON, MOMENTUM),
            nn.LeakyReLU(SLOPE),
            SameUpConv(64, shape.channels, stride=2),  # (N, C, 28, 28)
            nn.Tanh(),
        )
        self.apply(keras_initialise)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, z_dim) -> (N, C, 28, 28)."""
        x = self.dense_norm(self.dense(z))
        x = x.view(-1, 7, 7, 256).permute(0, 3, 1, 2)  # Keras reshapes to (7, 7, 256)
        return self.up(x)


class Discriminator(nn.Module):
    """x: (N, C, 28, 28) -> logits (N,)."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.body = nn.Sequential(
            SameDownConv(shape.d_channels, 64),  # (N, 64, 14, 14)
            nn.LeakyReLU(SLOPE),
            LeanDropout(dropout),
            SameDownConv(64, 128),  # (N, 128, 7, 7)
            nn.LeakyReLU(SLOPE),
            LeanDropout(dropout),
        )
        self.dense = nn.Linear(7 * 7 * 128, 1)
        self.apply(keras_initialise)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, C, 28, 28) -> (N,)."""
        x = self.body(x).permute(0, 2, 3, 1)  # Keras flattens (7, 7, 128)
        return self.dense(x.flatten(1)).squeeze(1)


def keras_initialise(module: nn.Module) -> None:
    """Glorot-uniform weights and zero biases, Keras's defaults for dense and convolution."""
    if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


@network(
    "dcgan28",
    summary="The Keras tutorial's DCGAN: 5×5 transposed convolutions up, 5×5 strides down.",
    space="pictures",
    source="Radford et al. 2016; TensorFlow's DCGAN tutorial",
    parameters={
        "dropout": Parameter(0.3, "Share of D's units silenced at random.", 0.0, 0.9, live=False)
    },
    sizes=(28,),
)
def build(shape: Shape, dropout: float = 0.3) -> tuple[Generator, Discriminator]:
    """G: dense 7·7·256, transposed 5×5 to 128, 64, C; D: 5×5 stride 2 to 64, 128, dense 1."""
    if shape.size != 28:
        raise ConfigError(f"dcgan28 makes pictures of 28×28, and the data are {shape.size} wide")
    return Generator(shape), Discriminator(shape, dropout)
