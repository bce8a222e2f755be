"""Directions in z that change an attribute of a picture.

They are learned from what a generator draws, with their side effects, or are the mean z of pictures
with the attribute minus that of those without (Larsen et al. 2016, section 4.3).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.data.pictures import to_float
from ganlab.errors import ConfigError
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


# --- vectors from pictures that have the attribute ------------------------------------------------


BATCH = 250
SHARE = 0.25
"""The share of pictures with the highest, and with the lowest, values of an attribute."""
MORE = {"slant": "leans right", "weight": "thick", "width": "wide", "height": "tall"}
"""The names of high values of an attribute; others are called 'more …'."""


class AttributeVectors(NamedTuple):
    """One vector per name."""

    names: tuple[str, ...]
    vectors: Tensor
    """(K, z_dim)."""


def encoded(encode: Callable[[Tensor], Tensor], pictures: Tensor) -> Tensor:
    """The z of pictures (N, C, H, W) uint8, (N, z_dim), in batches."""
    return torch.cat([encode(to_float(part)) for part in pictures.split(BATCH)])


def difference(z: Tensor, having: Tensor) -> Tensor:
    """Mean z (N, D) where having (N,) is true less the mean elsewhere, (D,)."""
    if bool(having.all()) or not bool(having.any()):
        raise ConfigError("an attribute vector needs pictures with and pictures without it")
    return z[having].mean(0) - z[~having].mean(0)


def measured_vectors(z: Tensor, pictures: Tensor, labels: Tensor) -> AttributeVectors:
    """For each of ATTRIBUTES: pictures with high against low values, relative to their class."""
    values = within_classes(attributes(to_float(pictures)), labels)
    count = max(1, int(SHARE * len(values)))
    rank = values.argsort(0)
    vectors = [
        z[rank[-count:, k]].mean(0) - z[rank[:count, k]].mean(0) for k in range(len(ATTRIBUTES))
    ]
    return AttributeVectors(
        tuple(MORE.get(name, f"more {name}") for name in ATTRIBUTES), torch.stack(vectors)
    )


def class_vectors(z: Tensor, labels: Tensor, classes: tuple[str, ...]) -> AttributeVectors:
    """For each class that occurs: its pictures against all others."""
    present = [k for k in range(len(classes)) if bool((labels == k).any())]
    vectors = [difference(z, labels == k) for k in present]
    return AttributeVectors(tuple(f"like a {classes[k]}" for k in present), torch.stack(vectors))
