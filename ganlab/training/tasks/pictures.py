"""Training on pictures: one GAN that sees a set of pictures epoch by epoch, labelled or not."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlab.config import RunConfig
from ganlab.config.fit import packing, picture_shape
from ganlab.data.pictures import PictureSource, load_pictures, to_bytes
from ganlab.data.progress import Report
from ganlab.device import autocast
from ganlab.networks.shape import Shape
from ganlab.registry import Network, Noise, find
from ganlab.training.state import Arrays, Parts, State, Task
from ganlab.training.streams import RandomStreams

SHOWN = 64
"""How many fixed z a snapshot shows."""


class PictureTask(Task):
    """One GAN that learns pictures (N, C, H, W) in [-1, 1]."""

    name: ClassVar[str] = "pictures"
    samples: ClassVar[str] = "images"
    memory_format: ClassVar[torch.memory_format] = torch.channels_last

    def build(
        self, members: Sequence[RunConfig], device: torch.device, report: Report, source: Any
    ) -> Parts:
        """Networks are initialised from torch's stream as the run has it, then data are loaded."""
        config = members[0]
        streams = RandomStreams(config.seed, device)
        with streams.own():
            G, D = build_networks(config)
        if source is None:
            source = PictureSource(load_pictures(config.data, report), device, config.seed)
        return Parts(source, streams, G, D)

    def real_count(self, source: Any) -> int:
        """The number of real pictures."""
        return len(source)

    def draw_z(self, state: State, n: int) -> Tensor:
        """Latent vectors (n, z_dim)."""
        return draw_z(state.config, n, _z_stream(state))

    def takes_labels(self, state: State) -> bool:
        """Whether the networks take a class, or the source holds conditions."""
        return state.source.conditions is not None or _is_conditional(state)

    def draw_labels(self, state: State, n: int) -> Tensor | None:
        """Each class as likely as any; the conditions of n pictures where the source holds some."""
        stream = _z_stream(state)
        if (conditions := state.source.conditions) is not None:
            rows = torch.randint(len(conditions), (n,), generator=stream, device=state.device)
            return conditions[rows]
        if not _is_conditional(state):
            return None
        classes = shape_of(state.config).classes
        return torch.randint(classes, (n,), generator=stream, device=state.device)

    def shown_z(self, members: Sequence[RunConfig], device: torch.device) -> Tensor:
        """Latent vectors (SHOWN, z_dim)."""
        return fixed_z(members[0], device)

    def shown_labels(self, state: State, n: int) -> Tensor | None:
        """Each class in turn; None for a G that takes no class."""
        if not _is_conditional(state):
            return None
        return torch.arange(n, device=state.device) % shape_of(state.config).classes

    def shown_real(self, state: State) -> NDArray[np.uint8] | None:
        """64 of the real pictures."""
        real, _ = state.source.sample(SHOWN, seed=state.config.seed)
        return real.cpu().numpy()

    @torch.no_grad()
    def snapshot(
        self,
        states: Sequence[State],
        z: Sequence[Tensor],
        order: Sequence[Sequence[int]],
        alone: bool,
    ) -> Arrays:
        """{'fake': uint8 (N, C, H, W)}."""
        del order, alone
        state = states[0]
        G = state.shown_generator
        was_training = G.training
        G.eval()
        with autocast(state.device, state.config.precision):
            pictures = G(z[0], self.shown_labels(state, len(z[0])))
        G.train(was_training)
        return {"fake": to_bytes(pictures).cpu().numpy()}


def draw_z(config: RunConfig, n: int, generator: torch.Generator) -> Tensor:
    """N latent vectors of the configuration's noise, (n, z_dim) on the generator's device."""
    noise = find(Noise, config.noise.name).load()
    return noise((n, config.z_dim), generator, **config.noise.values)


def fixed_z(config: RunConfig, device: torch.device, n: int = SHOWN) -> Tensor:
    """The z of every snapshot of a run on pictures, the same on every device, (n, z_dim)."""
    generator = torch.Generator().manual_seed(config.seed * 7919 + 17)
    return draw_z(config, n, generator).to(device)


def build_networks(config: RunConfig) -> tuple[nn.Module, nn.Module]:
    """G and D of pictures as the configuration names them, from torch's global stream."""
    return find(Network, config.network.name).load()(shape_of(config), **config.network.values)


def shape_of(config: RunConfig) -> Shape:
    """The sizes that networks on pictures have to fit, with the codes that lie inside z."""
    sizes = picture_shape(config.data)
    inside = find(Noise, config.noise.name).inside_z
    codes = {name: int(config.noise.values[name]) for name in inside}
    return Shape(config.z_dim, *sizes, packing(config), **codes)


def _is_conditional(state: State) -> bool:
    return find(Network, state.config.network.name).conditional


def _z_stream(state: State) -> torch.Generator:
    assert isinstance(state.streams.z, torch.Generator)
    return state.streams.z
