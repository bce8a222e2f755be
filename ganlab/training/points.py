"""What a training on points is made of: ensemble networks, a source of real points, fixed z."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.catalogue import DATA, NETWORKS
from ganlab.config import RunConfig
from ganlab.config.fit import packing
from ganlab.data.distribution import Points
from ganlab.registry import Noise, find
from ganlab.training.streams import Generators, derived_seed

SHOWN_POINTS = 600
"""How many fixed z a snapshot shows."""
G_WEIGHTS, D_WEIGHTS, SHOWN_Z, SHOWN_DATA = 3, 4, 5, 6
"""Purposes of derived seeds; 0 to 2 are those of the streams."""


def build_distribution(config: RunConfig) -> Points:
    """The distribution that the configuration names."""
    return DATA[config.data.name].load()(**config.data.values)


def seeded(members: Sequence[RunConfig], purpose: int) -> list[torch.Generator]:
    """One CPU generator a member for a purpose, from the member's own seed."""
    return [torch.Generator().manual_seed(derived_seed(c.seed, purpose)) for c in members]


def build_point_networks(members: Sequence[RunConfig], data: Points) -> tuple[nn.Module, nn.Module]:
    """G and D of all members. Member k is what a training of it alone would start from."""
    config = members[0]
    return NETWORKS[config.network.name].load()(
        seeded(members, G_WEIGHTS),
        seeded(members, D_WEIGHTS),
        z_dim=config.z_dim,
        scale=data.scale,
        pack=packing(config),
        **config.network.values,
    )


class PointSource:
    """Fresh real points (E, n, 2) for each batch; their place is kept by the run's streams."""

    def __init__(self, data: Points, generators: Sequence[torch.Generator]) -> None:
        self.data = data
        self._generators = list(generators)

    def next(self, n: int) -> tuple[Tensor, None]:
        """The next n points of each member (E, n, 2), and no labels."""
        return self.data.sample(n, self._generators), None

    def sample(self, n: int, seed: int) -> tuple[Tensor, None]:
        """N real points (n, 2) from a seed of their own, and no labels."""
        return self.data.sample(n, torch.Generator().manual_seed(seed)), None

    def state(self) -> dict[str, Any]:
        """Nothing: the streams say where the source stands."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing to restore."""
        del state


def draw_member_z(members: Sequence[RunConfig], n: int, generators: Generators) -> Tensor:
    """Latent vectors (E, n, z_dim), each member's of its own noise and generator."""
    assert not isinstance(generators, torch.Generator)
    draws = [
        find(Noise, c.noise.name).load()((n, c.z_dim), g, **c.noise.values)
        for c, g in zip(members, generators, strict=True)
    ]
    return torch.stack(draws) if len(draws) > 1 else draws[0][None]


def shown_z(members: Sequence[RunConfig], device: torch.device, n: int = SHOWN_POINTS) -> Tensor:
    """The z that every snapshot shows, the same on every device, (E, n, z_dim)."""
    return draw_member_z(members, n, seeded(members, SHOWN_Z)).to(device)


def shown_real(
    members: Sequence[RunConfig], data: Points, device: torch.device, n: int = SHOWN_POINTS
) -> Tensor:
    """The real points that every snapshot shows, (E, n, 2)."""
    return data.sample(n, seeded(members, SHOWN_DATA)).to(device)


@torch.no_grad()
def sample_points(
    members: Sequence[RunConfig], G: nn.Module, n: int, seed: int, device: torch.device
) -> Tensor:
    """N points of each member's G (E, n, 2), in float32, from z of a seed of their own."""
    generators = [torch.Generator().manual_seed(seed) for _ in members]
    z = draw_member_z(members, n, generators).to(device)
    was_training = G.training
    G.eval()
    points = G(z)
    G.train(was_training)
    return points
