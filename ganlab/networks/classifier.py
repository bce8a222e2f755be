"""The classifier of digits, whose features and classes evaluate generators."""

from typing import NamedTuple

from torch import Tensor, nn

FEATURES = 64
"""Length of the feature vectors between which distances are taken."""


class Reading(NamedTuple):
    """The outputs of the classifier for N pictures."""

    features: Tensor
    """(N, FEATURES), not negative."""
    logits: Tensor
    """(N, classes)."""


class Classifier(nn.Module):
    """x: (N, C, 28 or 32, the same) in [-1, 1] -> features (N, 64) and logits (N, classes)."""

    def __init__(self, channels: int = 1, classes: int = 10, size: int = 28) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_block(channels, 24, 5, stride=2),  # (N, 24, 14, 14)
            *_block(24, 32, 3, stride=1),  # (N, 32, 14, 14)
            *_block(32, 64, 3, stride=2),  # (N, 64, 7, 7)
            *_block(64, 64, 3, stride=1),  # (N, 64, 7, 7)
        )
        self.squeeze = nn.Sequential(
            nn.Linear(64 * (size // 4) ** 2, FEATURES, bias=False),
            nn.BatchNorm1d(FEATURES),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(0.25)
        self.head = nn.Linear(FEATURES, classes)

    def forward(self, x: Tensor) -> Reading:
        """x: (N, C, H, W) -> Reading; dropout stands between features and logits in training."""
        x = self.body(x).permute(0, 2, 3, 1)  # channels last, so that flattening copies nothing
        features = self.squeeze(x.flatten(1))
        return Reading(features, self.head(self.dropout(features)))


def _block(narrow: int, wide: int, kernel: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(narrow, wide, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(wide),
        nn.ReLU(),
    )
