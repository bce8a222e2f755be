"""What a classifier's reading of generated digits says about the generator."""

import math
from typing import NamedTuple

import torch
from torch import Tensor


def confusion(intended: Tensor, read: Tensor, classes: int) -> Tensor:
    """How often class i was meant and class j read, (classes, classes) int64."""
    return torch.bincount(intended * classes + read, minlength=classes**2).view(classes, classes)


def accuracy_by_class(table: Tensor) -> Tensor:
    """Share read as intended, for each row of a confusion table; NaN where none was intended."""
    return table.diagonal().double() / table.sum(1).double()


def confidence(logits: Tensor) -> float:
    """Mean probability of the class that is read, logits (N, classes)."""
    return float(logits.double().softmax(1).amax(1).mean())


def class_entropy(read: Tensor, classes: int) -> float:
    """Entropy of the histogram of read classes, as a share of log(classes): 1 if all are equal.

    A generator that has lost classes shows it here, whatever its pictures look like.
    """
    shares = torch.bincount(read, minlength=classes).double() / max(len(read), 1)
    entropy = -float(torch.special.xlogy(shares, shares).sum())
    return max(0.0, entropy) / math.log(classes)


class Birthdays(NamedTuple):
    """What the birthday test found among N samples."""

    pairs: int
    """Pairs nearer to each other than the threshold."""
    threshold: float
    support: float
    """N (N - 1) / 2 over pairs: how many different samples there seem to be; inf for no pair."""


def nearest_pair(x: Tensor) -> float:
    """The smallest distance between two of x (N, D)."""
    return float(torch.pdist(x.float()).min())


def birthday_test(fake: Tensor, threshold: float) -> Birthdays:
    """Count near duplicates among fake (N, D). Arora & Zhang 2017, section 2.

    Among N draws from S equally likely things N (N - 1) / (2 S) pairs are equal in expectation.
    Take as threshold the distance of the nearest pair among as many real samples.
    """
    distances = torch.pdist(fake.float())
    pairs = int((distances < threshold).sum())
    return Birthdays(pairs, threshold, len(distances) / pairs if pairs else math.inf)
