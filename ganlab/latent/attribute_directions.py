"""Directions in z that change an attribute of a generated digit, and their side effects."""

from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.data.pictures import to_float
from ganlab.metrics.attributes import ATTRIBUTES, attributes
from ganlab.trained.generator import Generator


class AttributeDirections(NamedTuple):
    """Learned directions, one per attribute, and their effects."""

    names: tuple[str, ...]
    vectors: Tensor
    """(K, z_dim), of length 1."""
    shares: Tensor
    """(K,): R², the share of the attribute's variance within a class that z explains linearly."""
    effects: Tensor
    """(K, K): by how many standard deviations attribute j changes from -1 to 1 along i."""


def within_classes(values: Tensor, labels: Tensor | None) -> Tensor:
    """Values (N, K) minus the mean of their class, divided by their deviation within it."""
    apart = values - values.mean(0)
    if labels is not None:
        for label in labels.unique():
            apart[labels == label] = values[labels == label] - values[labels == label].mean(0)
    return apart / apart.std(0).clamp(min=1e-9)


def regress(z: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Least-squares slopes of values (N, K) on z (N, D), as unit vectors (K, D), and R² (K,)."""
    x = z.double() - z.double().mean(0)
    y = values.double() - values.double().mean(0)
    slopes = torch.linalg.lstsq(x, y).solution  # (D, K)
    left = (y - x @ slopes).square().sum(0)
    shares = 1 - left / y.square().sum(0).clamp(min=1e-12)
    unit = slopes.T / slopes.T.norm(dim=1, keepdim=True).clamp(min=1e-12)
    return unit.to(z.dtype), shares


def learn_directions(generator: Generator, n: int = 2_000, seed: int = 0) -> AttributeDirections:
    """Generate n pictures, measure their attributes, and regress these on z.

    Attributes are centred within each class, so that 'slanted' does not come to mean 'a 7'.
    """
    z, labels = generator.z(n, seed), generator.checked_labels(n, None)
    values = _measured(generator, z, labels)
    vectors, shares = regress(z, within_classes(values, labels))
    return AttributeDirections(tuple(ATTRIBUTES), vectors, shares, side_effects(generator, vectors))


def side_effects(generator: Generator, vectors: Tensor, n: int = 400, seed: int = 0) -> Tensor:
    """The change of each attribute from -1 to 1 along each direction, in deviations: (K, A).

    vectors: (K, z_dim); the standard deviations are those within a class.
    """
    z, labels = generator.z(n, seed), generator.checked_labels(n, None)
    values = _measured(generator, z, labels)
    spread = (values - _class_means(values, labels)).std(0)
    moved = [
        (_measured(generator, z + v, labels) - _measured(generator, z - v, labels)).mean(0)
        for v in vectors
    ]
    return torch.stack(moved) / spread.clamp(min=1e-9)


def _measured(generator: Generator, z: Tensor, labels: Tensor | None) -> Tensor:
    return attributes(to_float(torch.from_numpy(generator.pictures(z, labels))))


def _class_means(values: Tensor, labels: Tensor | None) -> Tensor:
    means = values.mean(0).expand_as(values).clone()
    if labels is not None:
        for label in labels.unique():
            means[labels == label] = values[labels == label].mean(0)
    return means
