"""What tests of networks share: small shapes, weights from one seed, counts."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.networks.shape import Shape
from ganlab.registry import Network, table

PICTURE_NETWORKS = {name: one for name, one in table(Network).items() if one.space == "pictures"}
WRITTEN = Shape(z_dim=20, classes=10, categories=10, continuous=2)
"""Digits 28 wide, with labels and with codes for those networks that want them."""


def count(net: nn.Module) -> int:
    """How many weights a network has."""
    return sum(weight.numel() for weight in net.parameters())


def built(build: Callable[..., Any], shape: Shape = WRITTEN, **values: Any) -> Any:
    """G and D, or a layer, always from the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(shape, **values)


def z(n: int = 5, width: int = 20) -> Tensor:
    """N latent vectors, always the same."""
    return torch.randn(n, width, generator=torch.Generator().manual_seed(0))


def players(name: str, **values: Any) -> list[tuple[Any, tuple[Any, ...]]]:
    """Each network of a pair with what three samples show it."""
    spec = PICTURE_NETWORKS[name]
    shape = Shape(20, 1, (spec.sizes or (28,))[0], classes=10, categories=10, continuous=2)
    G, D = built(spec.load(), shape, **values)
    x, labels = torch.randn(3, 1, shape.size, shape.size), None
    if name == "conditional":
        labels = torch.arange(3)
    if name == "figan":
        labels = torch.randn(3, 16)
    companions = [(net, (x,)) for net in getattr(G, "companions", {}).values()]
    return [(G, (torch.randn(3, 20), labels)), (D, (x, labels)), *companions]
