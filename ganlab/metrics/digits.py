"""Scores of a generator from the classes that a classifier reads in its digits."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.registry import metric


def confusion(intended: Tensor, read: Tensor, classes: int) -> Tensor:
    """How often class i was meant and class j read, (classes, classes) int64."""
    return torch.bincount(intended * classes + read, minlength=classes**2).view(classes, classes)


@metric(
    "accuracy",
    title="read as intended",
    summary="Share of pictures that are read as the class that was asked for: higher is better.",
    needs=("read", "intended"),
    higher=True,
    floor="accuracy_real",
    where=("evaluate", "run"),
)
def accuracy(read: Tensor, intended: Tensor) -> float:
    """The share of pictures read as intended, both (N,)."""
    return float((read == intended).double().mean())


def accuracy_by_class(table: Tensor) -> Tensor:
    """The share read as intended, per row of a confusion table; NaN for a row without pictures."""
    return table.diagonal().double() / table.sum(1).double()


@metric(
    "confidence",
    title="mean confidence",
    summary="Mean probability of the class that the classifier reads.",
    needs=("logits",),
    higher=True,
    where=("evaluate", "run"),
)
def confidence(logits: Tensor) -> float:
    """Mean probability of the class that is read, logits (N, classes)."""
    return float(logits.double().softmax(1).amax(1).mean())


def class_counts(read: Tensor, classes: int) -> Tensor:
    """How often each class is read, (classes,) int64."""
    return torch.bincount(read, minlength=classes)


@metric(
    "class_entropy",
    title="entropy of classes",
    summary="Of the histogram of classes that the classifier reads: 1 if all come equally often, 0 "
    "if only one comes at all.",
    formula=r"-\sum_c p_c\log p_c\,/\,\log C",
    needs=("read", "classes"),
    higher=True,
    floor="class_entropy_real",
    where=("evaluate", "run", "summary"),
)
def class_entropy(read: Tensor, classes: int) -> float:
    """Entropy of the histogram of read classes, as a share of log(classes): 1 if all are equal.

    A generator that has lost classes has a low entropy, however good its pictures look.
    """
    shares = class_counts(read, classes).double() / max(len(read), 1)
    entropy = -float(torch.special.xlogy(shares, shares).sum())
    return max(0.0, entropy) / math.log(classes)


class Birthdays(NamedTuple):
    """The result of the birthday test on N samples."""

    pairs: int
    """Pairs nearer to each other than the threshold."""
    threshold: float
    support: float
    """N (N - 1) / 2 over pairs: the estimated number of different samples; inf for no pair."""


class Pair(NamedTuple):
    """Two samples and how far apart they are."""

    first: int
    second: int
    distance: float


def closest_pairs(x: Tensor, count: int) -> list[Pair]:
    """The nearest pairs of x (N, D), nearest first, no sample in two of them.

    No distance decides whether two pictures show the same: a person has to look at the pairs.
    """
    distances = torch.pdist(x.float())
    first, second = torch.triu_indices(len(x), len(x), offset=1)
    pairs: list[Pair] = []
    taken: set[int] = set()
    # Each pair can rule out fewer than 2 N others, so that these hold enough disjoint ones.
    nearest = distances.topk(min(len(distances), 2 * len(x) * count), largest=False)
    for distance, place in zip(nearest.values.tolist(), nearest.indices.tolist(), strict=True):
        pair = Pair(int(first[place]), int(second[place]), distance)
        if not taken & {pair.first, pair.second}:
            pairs.append(pair)
            taken |= {pair.first, pair.second}
            if len(pairs) == count:
                break
    return pairs


def birthday_test(fake: Tensor, threshold: float) -> Birthdays:
    """Count near duplicates among fake (N, D). Arora & Zhang 2017, section 2.

    Among N draws from S equally likely things N (N - 1) / (2 S) pairs are equal in expectation.
    Take as threshold the distance of the nearest pair among as many real samples.
    """
    distances = torch.pdist(fake.float())
    pairs = int((distances < threshold).sum())
    return Birthdays(pairs, threshold, len(distances) / pairs if pairs else math.inf)
