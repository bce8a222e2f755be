"""Stacked MNIST: three random digits as the channels of one picture, a thousand modes."""

import torch

from ganlab.data.mnist import load_mnist
from ganlab.data.pictures import PictureSet
from ganlab.data.progress import Report, silent

COUNT = 128_000
"""As VEEGAN has it."""
SEED = 2017
"""The stacks are the same in every run, like those of a set that is stored."""


def load_stacked_mnist(report: Report = silent, count: int = COUNT) -> PictureSet:
    """Stacks (N, 3, 28, 28) uint8 of digits from all 70,000; the label is the number they write.

    Srivastava et al. 2017 (VEEGAN), section 4.2: both of MNIST's parts, drawn with replacement.
    """
    parts = [load_mnist("train", report), load_mnist("test", report)]
    digits = torch.cat([part.pictures[:, 0] for part in parts])
    labels = torch.cat([part.labels for part in parts])
    drawn = torch.randint(len(digits), (count, 3), generator=torch.Generator().manual_seed(SEED))
    classes = tuple(f"{k:03}" for k in range(1000))
    return PictureSet(digits[drawn], as_number(labels[drawn]), classes, "stacked-mnist")


def as_number(digits: torch.Tensor) -> torch.Tensor:
    """Digits (N, 3) as the numbers 0 to 999 (N,), the first channel the hundreds."""
    return digits @ digits.new_tensor([100, 10, 1])
