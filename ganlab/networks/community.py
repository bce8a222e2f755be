"""Super-resolution networks of published files: RRDB (ESRGAN), SRVGGCompact and MSRResNet.

Attributes carry the names that the published files use, so that a file's keys load as they are.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class DenseBlock(nn.Module):
    """Five convolutions, each reading all before it; a fifth of the result is added."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        for index in range(5):
            outgoing = growth if index < 4 else channels
            conv = nn.Conv2d(channels + index * growth, outgoing, 3, padding=1)
            self.add_module(f"conv{index + 1}", conv)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> the same shape."""
        seen, out = x, x
        for index in range(5):
            out = self.get_submodule(f"conv{index + 1}")(seen)
            if index < 4:
                seen = torch.cat([seen, F.leaky_relu(out, 0.2, inplace=True)], dim=1)
        return x + 0.2 * out


class RRDB(nn.Module):
    """A residual of three dense blocks. Wang et al. 2018 (ESRGAN), figure 4."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.rdb1 = DenseBlock(channels, growth)
        self.rdb2 = DenseBlock(channels, growth)
        self.rdb3 = DenseBlock(channels, growth)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> the same shape."""
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    """ESRGAN's generator; Real-ESRGAN's scales 2 and 1 fold the input's pixels into channels."""

    def __init__(
        self, scale: int = 4, channels: int = 64, blocks: int = 23, growth: int = 32
    ) -> None:
        super().__init__()
        assert scale in (1, 2, 4)
        self.scale = scale
        self.channels = channels
        self.blocks = blocks
        self.growth = growth
        self.fold = 4 // scale
        self.conv_first = nn.Conv2d(3 * self.fold**2, channels, 3, padding=1)
        self.body = nn.Sequential(*(RRDB(channels, growth) for _ in range(blocks)))
        self.conv_body = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_up1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_up2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_hr = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_last = nn.Conv2d(channels, 3, 3, padding=1)

    @property
    def radius(self) -> int:
        """15 convolutions a block, and the rest; wider where the input was folded."""
        return (1 + 15 * self.blocks + 1 + 2) * self.fold + self.fold

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        height, width = lr.shape[-2:]
        down, across = -height % self.fold, -width % self.fold
        x = F.pad(lr, (0, across, 0, down), mode="replicate") if down or across else lr
        x = self.conv_first(F.pixel_unshuffle(x, self.fold))
        x = x + self.conv_body(self.body(x))
        for conv in (self.conv_up1, self.conv_up2):
            x = conv(F.interpolate(x, scale_factor=2, mode="nearest"))
            x = F.leaky_relu(x, 0.2, inplace=True)
        x = self.conv_last(F.leaky_relu(self.conv_hr(x), 0.2, inplace=True))
        return x[..., : height * self.scale, : width * self.scale]


class SRVGGCompact(nn.Module):
    """Plain convolutions with PReLU and one PixelShuffle, on top of the nearest pixel.

    Real-ESRGAN's small networks (Wang et al. 2021, "realesr-general").
    """

    def __init__(self, scale: int = 4, channels: int = 64, convs: int = 16) -> None:
        super().__init__()
        self.scale = scale
        self.channels = channels
        self.convs = convs
        layers: list[nn.Module] = [nn.Conv2d(3, channels, 3, padding=1), nn.PReLU(channels)]
        for _ in range(convs):
            layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.PReLU(channels)]
        layers.append(nn.Conv2d(channels, 3 * scale**2, 3, padding=1))
        self.body = nn.ModuleList(layers)

    @property
    def radius(self) -> int:
        """One for each convolution."""
        return self.convs + 2

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        x = lr
        for layer in self.body:
            x = layer(x)
        nearest = F.interpolate(lr, scale_factor=self.scale, mode="nearest")
        return nearest + F.pixel_shuffle(x, self.scale)


class MSRBlock(nn.Module):
    """Two convolutions and a skip, as in EDSR."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> the same shape."""
        return x + self.conv2(F.relu(self.conv1(x)))


class MSRResNet(nn.Module):
    """SRResNet as BasicSR modified it: no batch norm, a bilinear skip, LeakyReLU 0.1."""

    def __init__(self, scale: int = 4, channels: int = 64, blocks: int = 16) -> None:
        super().__init__()
        assert scale in (2, 3, 4)
        self.scale = scale
        self.channels = channels
        self.blocks = blocks
        step = 3 if scale == 3 else 2
        self.conv_first = nn.Conv2d(3, channels, 3, padding=1)
        self.body = nn.Sequential(*(MSRBlock(channels) for _ in range(blocks)))
        self.upconv1 = nn.Conv2d(channels, channels * step**2, 3, padding=1)
        self.upconv2 = (
            nn.Conv2d(channels, channels * 4, 3, padding=1) if scale == 4 else nn.Identity()
        )
        self.conv_hr = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_last = nn.Conv2d(channels, 3, 3, padding=1)

    @property
    def radius(self) -> int:
        """Two a block, one before and one after, and up to two at the finer grids."""
        return 1 + 2 * self.blocks + 1 + math.ceil((0.5 if self.scale == 4 else 0) + 2 / self.scale)

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        step = 3 if self.scale == 3 else 2
        x = self.body(F.leaky_relu(self.conv_first(lr), 0.1, inplace=True))
        x = F.leaky_relu(F.pixel_shuffle(self.upconv1(x), step), 0.1, inplace=True)
        if self.scale == 4:
            x = F.leaky_relu(F.pixel_shuffle(self.upconv2(x), 2), 0.1, inplace=True)
        x = self.conv_last(F.leaky_relu(self.conv_hr(x), 0.1, inplace=True))
        bilinear = F.interpolate(lr.float(), scale_factor=self.scale, mode="bilinear")
        return bilinear + x
