"""All that changes while a run trains."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ganlab.catalogue import DATA, NETWORKS, Spec
from ganlab.catalogue.pictures import picture_shape
from ganlab.config import RunConfig
from ganlab.config.fit import packing
from ganlab.data.pictures import PictureSource
from ganlab.data.progress import Report, silent
from ganlab.device import on_cpu
from ganlab.networks.shape import Shape
from ganlab.registry import Noise, find
from ganlab.training.members import checked_members
from ganlab.training.milestones import Milestones, milestones
from ganlab.training.optimizers import build_optimizer
from ganlab.training.player_losses import Objective
from ganlab.training.points import (
    PointSource,
    build_distribution,
    build_point_networks,
    draw_member_z,
    shown_z,
)
from ganlab.training.streams import RandomStreams

SHOWN = 64
"""How many fixed z a snapshot shows."""


@dataclass
class State:
    """The two players, their optimisers, the averaged G, the data and the random streams."""

    members: tuple[RunConfig, ...]
    """The configuration of each GAN that trains here; one, unless points train as an ensemble."""
    device: torch.device
    G: nn.Module
    D: nn.Module
    G_mean: nn.Module
    d_optimizer: Optimizer
    g_optimizer: Optimizer
    source: Any
    """A PictureSource or a PointSource."""
    streams: RandomStreams
    objective: Objective
    step: int = 0
    g_steps: int = 0
    """How often G has moved; D alone moves during its warm-up."""
    seconds: float = 0.0
    """Time spent in training, pauses left out."""
    extra: dict[str, Any] = field(default_factory=dict)
    g_weights: list[nn.Parameter] = field(init=False)
    d_weights: list[nn.Parameter] = field(init=False)
    """The players' weights as lists: walking the modules anew costs a tenth of a small step."""

    plain: bool = field(init=False)
    """Whether both players are nothing but products and activations, on a CPU."""

    def __post_init__(self) -> None:
        self.plain = on_cpu(self.device) and all(
            getattr(net, "plain", False) for net in (self.G, self.D)
        )
        self.g_weights = list(self.G.parameters())
        self.d_weights = list(self.D.parameters())

    @property
    def progress(self) -> float:
        """How much of the run's budget is spent, by steps or by time, 0 to 1.

        Learning rates decay along it, so that a run cut short by its time still comes to rest.
        """
        config = self.config
        share = self.step / config.steps
        if config.seconds:
            share = max(share, self.seconds / config.seconds)
        return min(share, 1.0)

    @property
    def config(self) -> RunConfig:
        """The run's configuration; in an ensemble, what its members share is read from it."""
        return self.members[0]

    def penalty(self, D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor | float:
        """What D's penalties add to its loss in this step, per sample."""
        chance, progress = self.streams.chance, self.progress
        return self.objective.penalty(D, real, fake, chance, progress, self.step)

    def draw_z(self, n: int) -> Tensor:
        """The next n latent vectors of the run's own streams, (n, z_dim) or (E, n, z_dim)."""
        if isinstance(self.streams.z, torch.Generator):
            return draw_z(self.config, n, self.streams.z)
        return draw_member_z(self.members, n, self.streams.z)

    @property
    def takes_labels(self) -> bool:
        """Whether both players are told something of each sample, its class or its conditions."""
        if getattr(self.source, "conditions", None) is not None:
            return True
        return bool(NETWORKS[self.config.network.name].traits.get("conditional"))

    def draw_labels(self, n: int) -> Tensor | None:
        """N labels, each class as likely as any, for networks that take labels; else None.

        Where the source holds conditions, those of n pictures drawn at random.
        """
        conditions = getattr(self.source, "conditions", None)
        if conditions is not None:
            assert isinstance(self.streams.z, torch.Generator)
            rows = torch.randint(
                len(conditions), (n,), generator=self.streams.z, device=self.device
            )
            return conditions[rows]
        if not NETWORKS[self.config.network.name].traits.get("conditional"):
            return None
        classes = shape_of(self.config).classes
        assert isinstance(self.streams.z, torch.Generator)
        return torch.randint(classes, (n,), generator=self.streams.z, device=self.device)

    def shown_labels(self, n: int) -> Tensor | None:
        """Each class in turn, for pictures that people see; None for a G that takes no class."""
        if not NETWORKS[self.config.network.name].traits.get("conditional"):
            return None
        return torch.arange(n, device=self.device) % shape_of(self.config).classes

    @property
    def shown_generator(self) -> nn.Module:
        """The G that makes pictures for people: the averaged one unless averaging is off."""
        return self.G_mean if self.config.ema else self.G


def draw_z(config: RunConfig, n: int, generator: torch.Generator) -> Tensor:
    """N latent vectors of the configuration's noise, (n, z_dim) on the generator's device."""
    noise = find(Noise, config.noise.name).load()
    return noise((n, config.z_dim), generator, **config.noise.values)


def is_points(config: RunConfig) -> bool:
    """Whether the configuration learns points, not pictures."""
    return DATA[config.data.name].traits["space"] == "points"


def milestones_of(state: State) -> Milestones:
    """The steps at which the run must be looked at or kept."""
    return milestones(state.config, 0 if is_points(state.config) else len(state.source))


def fixed_z(config: RunConfig, device: torch.device, n: int = SHOWN) -> Tensor:
    """The z of every snapshot of a run on pictures, the same on every device, (n, z_dim)."""
    generator = torch.Generator().manual_seed(config.seed * 7919 + 17)
    return draw_z(config, n, generator).to(device)


def snapshot_z(members: Sequence[RunConfig], device: torch.device) -> Tensor:
    """The z that every snapshot of the training shows, (N, z_dim), or (E, N, z_dim) of points."""
    return shown_z(members, device) if is_points(members[0]) else fixed_z(members[0], device)


def build_networks(config: RunConfig) -> tuple[nn.Module, nn.Module]:
    """G and D of pictures as the configuration names them, from torch's global stream."""
    return NETWORKS[config.network.name].load()(shape_of(config), **config.network.values)


def shape_of(config: RunConfig) -> Shape:
    """The sizes that networks on pictures have to fit, with the codes that lie inside z."""
    sizes = picture_shape(config.data.name, config.data.values)
    inside = find(Noise, config.noise.name).inside_z
    codes = {name: int(config.noise.values[name]) for name in inside}
    return Shape(config.z_dim, *sizes, packing(config), **codes)


def build_state(
    config: RunConfig,
    device: torch.device,
    report: Report = silent,
    source: Any = None,
    members: Sequence[RunConfig] = (),
) -> State:
    """A run at step 0: data loaded, networks initialised from the configuration's seed.

    source replaces the data that config names, for a branch that already holds them. members are
    the configurations of an ensemble on points, config the first of them.
    """
    whole = checked_members(members or [config])
    config = whole[0]
    if is_points(config):
        streams = RandomStreams(config.seed, device, [one.seed for one in whole])
        distribution = build_distribution(config) if source is None else source.data
        source = PointSource(distribution, streams.data)
        G, D = build_point_networks(whole, distribution)
        layout = torch.contiguous_format
    else:
        streams = RandomStreams(config.seed, device)
        with streams.own():
            G, D = build_networks(config)
        layout = torch.channels_last
        if source is None:
            data = DATA[config.data.name].load()(**config.data.values, report=report)
            source = PictureSource(data, device, config.seed)
    for net in (G, D):
        net.to(device=device)
        net.to(memory_format=layout)
    prepare = NETWORKS[config.network.name].traits.get("prepare")
    if prepare:
        Spec(target=prepare, summary="").load()(G, source, report)
    G_mean = copy.deepcopy(G).eval().requires_grad_(False)
    return State(
        members=whole,
        device=device,
        G=G,
        D=D,
        G_mean=G_mean,
        d_optimizer=build_optimizer(D.parameters(), *(one.d_optimizer for one in whole)),
        g_optimizer=build_optimizer(G.parameters(), *(one.g_optimizer for one in whole)),
        source=source,
        streams=streams,
        objective=Objective(whole, device),
    )
