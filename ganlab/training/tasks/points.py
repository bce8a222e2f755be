"""Training on points: an ensemble of GANs that meet fresh real points in every batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from ganlab.config import RunConfig
from ganlab.config.fit import packing
from ganlab.data.distribution import Extent, Points
from ganlab.data.progress import Report
from ganlab.metrics.point_scores import SAMPLES, score_points
from ganlab.objective.transforms import pack
from ganlab.registry import Data, Network, Noise, find
from ganlab.training.state import Arrays, Batch, Parts, State, Task, in_order
from ganlab.training.streams import Generators, RandomStreams, derived_seed

SHOWN_POINTS = 600
"""How many fixed z a snapshot shows."""
G_WEIGHTS, D_WEIGHTS, SHOWN_Z, SHOWN_DATA = 3, 4, 5, 6
"""Purposes of derived seeds; 0 to 2 are those of the streams."""
CELLS = 48
"""D's landscape is read at the centres of CELLS × CELLS squares."""
LINES = 21
"""G's manifold is the image of a grid of LINES × LINES z."""
SUBPLOTS = 4
"""How many members are shown in full, each in a plane of its own."""
FEWER_POINTS = 120
"""Points of each member where there are more of them."""
Z_SEED = 20_018
"""The seed of the z whose points are measured."""


class PointTask(Task):
    """GANs that learn a distribution in the plane, one or several in an ensemble."""

    name: ClassVar[str] = "points"
    samples: ClassVar[str] = "points"
    ensembles: ClassVar[bool] = True
    interactive: ClassVar[bool] = True

    def build(
        self, members: Sequence[RunConfig], device: torch.device, report: Report, source: Any
    ) -> Parts:
        """Member k is what a training of it alone would start from."""
        del report
        streams = RandomStreams(members[0].seed, device, [one.seed for one in members])
        data = build_distribution(members[0]) if source is None else source.data
        return Parts(PointSource(data, streams.data), streams, *build_point_networks(members, data))

    def draw_z(self, state: State, n: int) -> Tensor:
        """Latent vectors (E, n, z_dim), each member's of its own noise and stream."""
        return draw_member_z(state.members, n, state.streams.z)

    def draw_for_g(self, state: State) -> Batch:
        """The same as for D: members meet the same data whether or not their loss looks at them."""
        return self.draw_batch(state)

    def shown_z(self, members: Sequence[RunConfig], device: torch.device) -> Tensor:
        """Latent vectors (E, SHOWN_POINTS, z_dim)."""
        return shown_z(members, device)

    def snapshot(
        self,
        states: Sequence[State],
        z: Sequence[Tensor],
        order: Sequence[Sequence[int]],
        alone: bool,
    ) -> Arrays:
        """What a page draws: everything by member, in the order of the members.

        'fake' (E, N, 2), 'real' (N, 2) of the first and 'extent' (left, right, bottom, top). Up to
        SUBPLOTS members also have 'landscape' (E, CELLS, CELLS), D's logits, row 0 at the bottom,
        and 'manifold' (E, rows, columns, 2); more have FEWER_POINTS points each. In float16; of one
        GAN that is not compared in float32, without the member axis and with 'arrows' (N, 2).
        All of this shows the averaged G where there is one; then 'fake_now', 'manifold_now' and
        'arrows_now' are the same of G itself.
        """
        first, data = states[0], states[0].source.data
        full = sum(map(len, order)) <= SUBPLOTS
        averaged = any(state.shown_generator is not state.G for state in states)
        real = shown_real(first.members[:1], data, first.device, z[0].shape[1])
        looks: list[dict[str, Tensor]] = []
        for state, own in zip(states, z, strict=True):
            with _evaluating(state):
                look: dict[str, Tensor] = {}
                if full:
                    look["landscape"] = read_landscape(state, data.extent)
                generators = {"": state.shown_generator}
                if full and averaged:
                    generators["_now"] = state.G
                for which, G in generators.items():
                    fake = G(own if full else own[:, :FEWER_POINTS]).detach()
                    look[f"fake{which}"] = fake
                    if full:
                        look[f"manifold{which}"] = _manifold(state, G)
                    if alone:
                        look[f"arrows{which}"] = arrows(state, real, fake)
                looks.append(look)
        arrays = {
            name: torch.stack(in_order(order, [list(look[name].cpu()) for look in looks]))
            for name in looks[0]
        }
        if alone:
            arrays = {name: values[0] for name, values in arrays.items()}
        arrays["real"] = real[0].cpu()
        if not alone:  # float16 is enough to draw; what a lost member holds overflows, undrawn
            arrays = {name: values.half() for name, values in arrays.items()}
        arrays["extent"] = torch.tensor(data.extent)
        return {name: values.numpy() for name, values in arrays.items()}

    def measure(self, state: State) -> list[dict[str, float]]:
        """The scores of the G that is shown on SAMPLES points, see `score_points`."""
        G = state.shown_generator
        samples = sample_points(state.members, G, SAMPLES, Z_SEED, state.device)
        return score_points(samples.cpu(), state.source.data)


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
        """Nothing: the streams say where the source is."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing to restore."""
        del state


# --- building -------------------------------------------------------------------------------------


def build_distribution(config: RunConfig) -> Points:
    """The distribution that the configuration names."""
    return find(Data, config.data.name).load()(**config.data.values)


def build_point_networks(members: Sequence[RunConfig], data: Points) -> tuple[nn.Module, nn.Module]:
    """G and D of all members. Member k is what a training of it alone would start from."""
    config = members[0]
    return find(Network, config.network.name).load()(
        seeded(members, G_WEIGHTS),
        seeded(members, D_WEIGHTS),
        z_dim=config.z_dim,
        scale=data.scale,
        pack=packing(config),
        **config.network.values,
    )


def seeded(members: Sequence[RunConfig], purpose: int) -> list[torch.Generator]:
    """One CPU generator a member for a purpose, from the member's own seed."""
    return [torch.Generator().manual_seed(derived_seed(c.seed, purpose)) for c in members]


def draw_member_z(members: Sequence[RunConfig], n: int, generators: Generators) -> Tensor:
    """Latent vectors (E, n, z_dim), each member's of its own noise and generator."""
    assert not isinstance(generators, torch.Generator)
    draws = [
        find(Noise, c.noise.name).load()((n, c.z_dim), g, **c.noise.values)
        for c, g in zip(members, generators, strict=True)
    ]
    return torch.stack(draws) if len(draws) > 1 else draws[0][None]


# --- looking --------------------------------------------------------------------------------------


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


@contextmanager
def _evaluating(state: State) -> Iterator[None]:
    """Inside, all networks are in evaluation mode and no gradient is recorded."""
    networks = [state.shown_generator, state.G, state.D]
    modes = [network.training for network in networks]
    for network in networks:
        network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for network, mode in zip(networks, modes, strict=True):
            network.train(mode)


def _manifold(state: State, G: nn.Module) -> Tensor:
    """G's manifold (E, rows, columns, 2)."""
    grid = manifold_z(state.config, len(state.members)).to(state.device)
    return G(grid.flatten(1, 2)).unflatten(1, grid.shape[1:3])


def read_landscape(state: State, extent: Extent, cells: int = CELLS) -> Tensor:
    """D's logits at the centres of cells × cells squares of extent, (E, cells, cells).

    A D that judges several samples together is shown the same point several times.
    """
    left, right, bottom, top = extent
    middles = (torch.arange(cells, device=state.device) + 0.5) / cells
    y, x = torch.meshgrid(
        bottom + (top - bottom) * middles, left + (right - left) * middles, indexing="ij"
    )
    places = torch.stack([x, y], dim=-1).reshape(1, -1, 2).repeat(1, 1, packing(state.config))
    logits = in_batches(state, places.expand(len(state.members), -1, -1))
    return logits.reshape(-1, cells, cells)


def in_batches(state: State, x: Tensor) -> Tensor:
    """D's logits of x (E, N, d); a D that compares a batch's samples gets batches of usual size.

    Each of them is spread over the whole of x, as a batch of samples is.
    """
    if not getattr(state.D, "mixes_batch", False):
        return state.D(x)
    parts = -(-x.shape[1] // state.config.batch)
    places = torch.arange(x.shape[1], device=x.device)
    order = torch.cat([places[k::parts] for k in range(parts)])
    logits = torch.cat([state.D(x[:, k::parts]) for k in range(parts)], dim=1)
    return logits[:, order.argsort()]


def arrows(state: State, real: Tensor, fake: Tensor) -> Tensor:
    """-∇L_G at the fake points (E, N, 2): the direction in which the loss moves each of them.

    L_G is summed over samples, so that an arrow does not shrink with their number. Instance noise
    is left out: the arrow is that of the point itself.
    """
    m = packing(state.config)
    n = fake.shape[1] // m * m
    fake = fake.detach()[:, :n].requires_grad_(True)
    with torch.enable_grad():
        fake_logits = in_batches(state, pack(fake, m))
        real_logits = in_batches(state, pack(real[:, :n], m)).detach()
        loss = state.objective.g_loss(real_logits, fake_logits).sum()
        (gradient,) = torch.autograd.grad(loss, fake)
    return -gradient


def manifold_z(config: RunConfig, members: int, lines: int = LINES) -> Tensor:
    """A grid of z (E, rows, columns, z_dim) along the first two coordinates.

    The other coordinates are in the middle of the noise. The grid spans the middle 98 % of the
    noise, in equal shares of probability. With one coordinate there is one row.
    """
    shares = torch.linspace(0.01, 0.99, lines if config.z_dim > 1 else lines**2)
    quantile = find(Noise, config.noise.name).quantile or torch.special.ndtri
    along, rest = quantile(shares), float(quantile(torch.tensor(0.5)))
    if config.z_dim == 1:
        return along[None, None, :, None].expand(members, 1, -1, 1)
    z = torch.full((lines, lines, config.z_dim), rest)
    z[..., 0], z[..., 1] = along[None, :], along[:, None]
    return z.expand(members, *z.shape)
