"""Training on one's own data, networks and loss, from Python.

    for tick in ganlab.train(data=points, G=G, D=D, loss=(d, g), z_dim=2, steps=2_000):
        print(tick.step, tick.scalars)

Each part is registered for as long as the training lives. Such a run can be watched and its modules
used, but no other process can open its checkpoint: what is to be stored belongs into a plug-in.
"""

import itertools
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.config import Choice, RunConfig
from ganlab.config.fit import PAIRS, picture_shape
from ganlab.data.distribution import Points, root_mean_square, square_extent
from ganlab.data.own_pictures import kept
from ganlab.data.pictures import PictureSet, to_bytes
from ganlab.errors import ConfigError, DataError
from ganlab.presets import configuration
from ganlab.registry import Data, Loss, Network, Record, find, forget, register, table
from ganlab.training.loop import Training
from ganlab.training.tick import Tick

OPTIONS = ("device", "start", "variants", "apart", "pace", "script", "report", "clock")
"""What is `Training`'s; all else is a setting of the run."""
_count = itertools.count(1)


Config = RunConfig | str | Mapping[str, Any] | None
"""A configuration, the name of a preset, a JSON object, or None for the defaults."""


def train(config: Config = None, **parts: Any) -> Iterator[Tick]:
    """The ticks of a run to its end; `own_training` says what it can be made of."""
    return iter(own_training(config, **parts))


def own_training(
    config: Config = None,
    *,
    data: Any = None,
    G: nn.Module | None = None,
    D: nn.Module | None = None,
    loss: Any = None,
    **more: Any,
) -> Training:
    """A training of config, or of the defaults, with parts of one's own.

    data: points (N, 2); pictures (N, C, S, S) as uint8 or as floats in [-1, 1]; the path of a
    folder or ZIP of pictures; or a registered name. G maps z (N, z_dim) to samples, D samples to
    logits (N,) or (N, 1), and both are trained where they are. loss: two functions, d and g, of
    (real_logits, fake_logits) to one value a sample; or a registered name. All else are settings,
    such as steps=2_000 or **{"d_optimizer.lr": 1e-3}, and options of `Training`.
    """
    options = {name: more.pop(name) for name in OPTIONS if name in more}
    start = RunConfig() if config is None else configuration(config)
    values = dict[str, Any](more)
    if (G is None) != (D is None):
        raise ConfigError("give both networks, G and D, or neither")
    made: list[Record] = []
    try:
        if data is not None:
            values["data"] = _chosen_data(data, start, made)
        if loss is not None:
            values["loss"] = _chosen_loss(loss, made)
        held = Choice.parse("data", values.get("data", start.data))
        space = find(Data, held.name).space
        if G is not None and D is not None:
            values["network"] = _chosen_networks(G, D, space, made)
        elif data is not None and "network" not in values:
            values["network"] = _fitting_network(start, held, space)
        whole = Training(start.with_values(values), **options)
    except BaseException:
        _forget(made)
        raise
    weakref.finalize(whole, _forget, made)
    return whole


def _forget(made: list[Record]) -> None:
    for record in made:
        forget(record)


def _keep(kind: type[Record], thing: Any, made: list[Record], **facts: Any) -> str:
    """Register what a person gave under a name that nothing else has; the name."""
    record = kind(f"own-{next(_count)}", summary="Given from Python.", thing=thing, **facts)
    register(record)
    made.append(record)
    return record.name


def _chosen_data(given: Any, start: RunConfig, made: list[Record]) -> Any:
    if isinstance(given, str) and given in table(Data):
        return given
    if isinstance(given, str | Path):
        config = kept(start.with_values({"data": {"name": "folder", "path": str(given)}}))
        return config.data
    samples = torch.as_tensor(given)
    if samples.ndim == 2 and samples.shape[1] == 2:
        return _keep(Data, lambda: GivenPoints(samples), made, space="points")
    if samples.ndim == 4 and samples.shape[2] == samples.shape[3]:
        pictures = samples if samples.dtype == torch.uint8 else to_bytes(samples)
        whole = PictureSet(pictures, torch.zeros(len(pictures), dtype=torch.int64), ("",), "own")
        facts = {"channels": pictures.shape[1], "size": pictures.shape[2], "count": len(pictures)}
        return _keep(Data, lambda report: whole, made, space="pictures", **facts)
    raise DataError(
        f"data must be points (N, 2) or square pictures (N, C, S, S), got {tuple(samples.shape)}"
    )


def _chosen_loss(given: Any, made: list[Record]) -> str:
    if isinstance(given, str):
        return given
    d, g = given
    both = type("OwnLoss", (), {"d": staticmethod(d), "g": staticmethod(g)})
    return _keep(Loss, both, made, paired=True)


def _chosen_networks(G: nn.Module, D: nn.Module, space: str, made: list[Record]) -> str:
    players = Player(G, space == "points", False), Player(D, space == "points", True)
    return _keep(Network, lambda *_, **__: players, made, space=space)


def _fitting_network(start: RunConfig, data: Choice, space: str) -> Choice | str:
    """The networks that start has if they fit the data, else the first of the lab's that do."""
    if space == PAIRS == find(Network, start.network.name).space:
        return start.network
    size = picture_shape(data).size if space == "pictures" else 0
    networks = table(Network)
    for one in (networks[start.network.name], *networks.values()):
        plain = not one.conditional and not one.offers
        if one.target and one.space == space and plain and one.makes(size):
            return one.name
    raise ConfigError(f"none of the lab's networks makes pictures of {size}×{size}: give G and D")


class GivenPoints(Points):
    """Points (N, 2) drawn with replacement."""

    def __init__(self, points: Tensor) -> None:
        self.points = points.detach().float().cpu()
        self.extent = square_extent(self.points)
        self.scale = root_mean_square(self.points)

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Return (n, 2) points on the generator's device."""
        device = generator.device
        which = torch.randint(len(self.points), (n,), generator=generator, device=device)
        return self.points.to(device)[which]


class Player(nn.Module):
    """A module of one's own as a player: on points with a member axis, without labels."""

    def __init__(self, net: nn.Module, points: bool, judges: bool) -> None:
        super().__init__()
        self.net = net
        self.points = points
        self.judges = judges
        norms = (nn.BatchNorm1d, nn.BatchNorm2d)
        self.mixes_batch = any(isinstance(one, norms) for one in net.modules())

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """G: z to samples; D: samples to logits (N,). On points (1, N, …) both."""
        del labels
        out = self.net(x[0] if self.points else x)
        if self.judges:
            out = out.reshape(len(out))
        return out[None] if self.points else out
