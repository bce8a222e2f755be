"""Attribute vectors: the mean z of pictures with an attribute minus that of those without.

Larsen et al. 2016, section 4.3: added to the z of any picture, such a vector adds the attribute.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.data.pictures import to_float
from ganlab.errors import ConfigError
from ganlab.latent.attribute_directions import within_classes
from ganlab.metrics.attributes import ATTRIBUTES, attributes

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
