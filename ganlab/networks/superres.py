"""The shipped network: SRResNet without batch normalisation, added to the bicubic picture."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ResidualBlock(nn.Module):
    """x + conv(relu(conv(x))), without batch normalisation. Lim et al. 2017 (EDSR), section 3.1."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> the same shape."""
        # In place: a fifth of the time would go into fetching memory for what is thrown away.
        return self.conv2(F.relu(self.conv1(x), inplace=True)).add_(x)


class LeanSRResNet(nn.Module):
    """A residual body at the small size and one PixelShuffle; it outputs the residual to bicubic.

    Every scale has the same body, so weights move from x4 to x2, and two trained versions of one
    network can be blended. Colours are RGB in [0, 1].
    """

    def __init__(self, scale: int = 4, channels: int = 64, blocks: int = 16) -> None:
        super().__init__()
        self.scale = scale
        self.channels = channels
        self.blocks = blocks
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.body = nn.Sequential(*(ResidualBlock(channels) for _ in range(blocks)))
        self.merge = nn.Conv2d(channels, channels, 3, padding=1)
        self.tail = nn.Conv2d(channels, 3 * scale**2, 3, padding=1)
        with torch.no_grad():  # a body that starts near the identity trains at high rates
            for block in self.body:
                for conv in block.children():
                    assert isinstance(conv, nn.Conv2d)
                    assert conv.bias is not None
                    conv.weight.mul_(0.1)
                    conv.bias.zero_()
            self.tail.weight.mul_(0.1)
            assert self.tail.bias is not None
            self.tail.bias.zero_()

    @property
    def radius(self) -> int:
        """How far, in low-resolution pixels, an output pixel looks: one for each convolution."""
        return 1 + 2 * self.blocks + 1 + 1

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        features = F.relu(self.head(lr), inplace=True)
        features = self.merge(self.body(features)).add_(features)
        detail = F.pixel_shuffle(self.tail(features), self.scale)
        bicubic = F.interpolate(lr.float(), scale_factor=self.scale, mode="bicubic")
        return bicubic + detail
