"""All that changes while a run trains, and the task that it trains for.

A task says how batches are drawn, what G is given, what D sees, what is shown and measured.
Everything else of a training (the loop, strategies, losses, penalties, averaging, schedule,
checkpoints) is the same for all tasks.
"""

import copy
import functools
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

import ganlab.fast_cpu as fast_cpu
from ganlab.config import RunConfig
from ganlab.data.progress import Report, silent
from ganlab.device import autocast
from ganlab.errors import ConfigError
from ganlab.records import imported
from ganlab.registry import Data, Network, find
from ganlab.training.members import checked_members
from ganlab.training.optimizers import build_optimizer
from ganlab.training.player_losses import Objective
from ganlab.training.streams import RandomStreams

Arrays = Mapping[str, NDArray[Any]]


@dataclass
class State:
    """The two players, their optimisers, the averaged G, the data and the random streams."""

    task: "Task"
    members: tuple[RunConfig, ...]
    """The configuration of each GAN that trains here; one, unless points train as an ensemble."""
    device: torch.device
    G: nn.Module
    D: nn.Module
    G_mean: nn.Module
    d_optimizer: Optimizer
    g_optimizer: Optimizer
    source: Any
    """Real samples, see `Parts.source`."""
    streams: RandomStreams
    objective: Objective
    step: int = 0
    g_steps: int = 0
    """How many steps G has made; D alone is trained during its warm-up."""
    seconds: float = 0.0
    """Time spent in training, pauses left out."""
    extra: dict[str, Any] = field(default_factory=dict)
    g_weights: list[nn.Parameter] = field(init=False)
    d_weights: list[nn.Parameter] = field(init=False)
    """The players' weights as lists: to collect them costs a tenth of a small step."""

    by_hand: bool = field(init=False)
    """Whether `fast_cpu` computes the gradients: both players are products and activations only."""

    def __post_init__(self) -> None:
        self.by_hand = fast_cpu.on(self.device) and all(
            getattr(net, "plain", False) for net in (self.G, self.D)
        )
        self.g_weights = list(self.G.parameters())
        self.d_weights = list(self.D.parameters())

    @property
    def progress(self) -> float:
        """How much of the run's budget is spent, by steps or by time, 0 to 1.

        Learning rates decay along it, so that they reach their floor in a run that ends by its
        time as in one that ends by its steps.
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

    def shown_labels(self, n: int) -> Tensor | None:
        """Labels of n samples that people see; None for a G that takes no class."""
        return self.task.shown_labels(self, n)

    @property
    def shown_generator(self) -> nn.Module:
        """The G that makes pictures for people: the averaged one unless averaging is off."""
        return self.G_mean if self.config.ema else self.G


class Batch(NamedTuple):
    """What one move of a player is made from."""

    real: Tensor
    """Real samples as D will see them; empty where nothing that G minimises looks at them."""
    labels: Tensor | None
    """The class or the conditions of each sample, for players that take them."""
    z: Tensor
    """What G is given: latent vectors, or of a task that translates, pictures."""
    clean: Tensor
    """The same real samples as they are: what an encoder or a classifier is asked about."""


class Parts(NamedTuple):
    """What a training is built from."""

    source: Any
    """Real samples: `state()` and `restore(state)` say and set where it is, in plain JSON values.
    `next(n)` gives the next (samples, labels), unless the task has a `draw_batch` of its own."""
    streams: RandomStreams
    G: nn.Module
    D: nn.Module


class Task(ABC):
    """What a training learns. A task holds no state of its own: all of it is in `State`.

    Samples of one GAN are (N, ...); of a task with `ensembles` they are (E, N, ...), one leading
    entry a member, also where E is 1.
    """

    name: ClassVar[str]
    """As data sets name it in their trait 'space'."""
    samples: ClassVar[str]
    """What the samples are called in results, such as 'images' in 'images_per_second'."""
    ensembles: ClassVar[bool] = False
    """Whether several members of equal shapes can share one State."""
    interactive: ClassVar[bool] = False
    """Whether states are so small, and measuring so quick, that a run can be measured in passing,
    taken back step by step and begun again."""
    memory_format: ClassVar[torch.memory_format] = torch.contiguous_format
    """How weights lie in memory."""
    wide: ClassVar[bool] = False
    """Whether a step is so large that on a CPU it is worth every free core."""
    from_noise: ClassVar[bool] = True
    """Whether G makes samples from z, and not from other pictures."""
    terms: ClassVar[tuple[str, ...]] = ()
    """The names under which terms report what they come to."""
    scores: ClassVar[tuple[str, ...]] = ()
    """What is measured with every snapshot, as `measure` names it."""
    looks: ClassVar[tuple[float, float]] = (0.0, 0.0)
    """Seconds between two snapshots while somebody looks and while nobody does; 0 is the usual."""

    # --- building ---------------------------------------------------------------------------------

    @abstractmethod
    def build(
        self, members: Sequence[RunConfig], device: torch.device, report: Report, source: Any
    ) -> Parts:
        """The parts at step 0. All randomness follows from the members' seeds.

        source, if not None, is used in place of the data that the configuration names.
        """

    def real_count(self, source: Any) -> int:
        """How many real samples make an epoch; 0 if they are drawn without end."""
        del source
        return 0

    def begin_from(self, state: State, start: Path) -> None:
        """Give G the weights of a file, as far as shapes agree; CheckpointError if they are none.

        ConfigError of a task that begins with fresh weights only.
        """
        del state
        raise ConfigError(f"{self.name} begin with fresh weights: leave {start.name} out")

    # --- training ---------------------------------------------------------------------------------

    def draw_z(self, state: State, n: int) -> Tensor:
        """What G is given for the next n samples, z (n, z_dim) or (E, n, z_dim), from the streams.

        A task whose G begins with something else has draws of its own.
        """
        raise NotImplementedError

    def takes_labels(self, state: State) -> bool:
        """Whether both players are given a label or conditions with each sample."""
        del state
        return False

    def draw_labels(self, state: State, n: int) -> Tensor | None:
        """Labels for n samples of G, from the run's own streams; None if it takes none."""
        del state, n
        return None

    def draw_batch(self, state: State) -> Batch:
        """The next real samples with their labels, and what G is given for as many fake ones."""
        n = state.config.batch
        real, labels = state.source.next(n)
        z = self.draw_z(state, n)
        return Batch(self.seen_by_d(state, real), labels, z, real)

    def draw_for_g(self, state: State) -> Batch:
        """What G's move needs: real samples only where something compares fake ones with them."""
        if state.objective.g_sees_real or state.objective.game_penalties:
            return self.draw_batch(state)
        n = state.config.batch
        nothing = torch.empty(0)
        return Batch(nothing, self.draw_labels(state, n), self.draw_z(state, n), nothing)

    def generate(self, state: State, batch: Batch) -> Tensor:
        """G's samples of the batch as they are, in float32."""
        with autocast(state.device, state.config.precision):
            return state.G(batch.z, batch.labels).float()

    def seen_by_d(self, state: State, samples: Tensor) -> Tensor:
        """Samples, real or fake, as D sees them: augmented, with instance noise, packed."""
        return state.objective.before_d(samples, state.step, state.streams.chance)

    # --- looking ----------------------------------------------------------------------------------

    @abstractmethod
    def shown_z(self, members: Sequence[RunConfig], device: torch.device) -> Tensor:
        """What G is given in every snapshot of the run, the same on every device."""

    def shown_labels(self, state: State, n: int) -> Tensor | None:
        """Labels for n samples that people see; None for a G that takes none."""
        del state, n
        return None

    @abstractmethod
    def snapshot(
        self,
        states: Sequence[State],
        z: Sequence[Tensor],
        order: Sequence[Sequence[int]],
        alone: bool,
    ) -> Arrays:
        """What every group's G makes of its z now.

        order gives the members of each group, by their place among all; alone means one GAN that is
        not compared with others. Draws no number from the run's streams and changes nothing.
        """

    def shown_real(self, state: State) -> NDArray[np.uint8] | None:
        """Real pictures to show next to snapshots, uint8 (N, C, H, W); None if there are none."""
        del state
        return None

    def remark(self, state: State) -> str:
        """What a person should know while such a run trains, or ''."""
        del state
        return ""

    def reached(self, state: State, scores: Mapping[str, float]) -> str:
        """What a run has come to by these scores that is worth a flag on its curve, or ''."""
        del state, scores
        return ""

    def measure(self, state: State) -> list[dict[str, float]]:
        """Scores by name, one dictionary a member, cheap enough for a tick; [] if there are none.

        Draws no number from the run's streams and changes nothing.
        """
        del state
        return []


TASKS = {"points": "PointTask", "pictures": "PictureTask", "superres": "SuperresTask"}
"""The class for each kind of data, in the module of that name, loaded when it is first used."""


def task_of(config: RunConfig) -> Task:
    """The task of a run of this configuration."""
    return _task(find(Data, config.data.name).space)


@functools.cache
def _task(name: str) -> Task:
    return getattr(importlib.import_module(f"ganlab.training.tasks.{name}"), TASKS[name])()


def is_points(config: RunConfig) -> bool:
    """Whether the configuration learns points, not pictures."""
    return task_of(config).name == "points"


def in_order(order: Sequence[Sequence[int]], grouped: Sequence[Sequence[Any]]) -> list[Any]:
    """One entry a member, in the order of all members, from one list a group."""
    places = [k for group in order for k in group]
    entries = [entry for group in grouped for entry in group]
    return [entry for _, entry in sorted(zip(places, entries, strict=True), key=lambda p: p[0])]


def build_state(
    config: RunConfig,
    device: torch.device,
    report: Report = silent,
    source: Any = None,
    members: Sequence[RunConfig] = (),
) -> State:
    """A state at step 0: data loaded, networks initialised from the configuration's seed.

    source replaces the data that config names, where they are in memory already. members are the
    configurations of an ensemble, config the first of them.
    """
    whole = checked_members(members or [config])
    config = whole[0]
    task = task_of(config)
    if len(whole) > 1 and not task.ensembles:
        raise ConfigError("several GANs can share one training on points only, not on pictures")
    source, streams, G, D = task.build(whole, device, report, source)
    for net in (G, D):
        net.to(device=device)
        net.to(memory_format=task.memory_format)
    prepare = find(Network, config.network.name).prepare
    if prepare:
        imported(prepare)(G, source, report)
    return State(
        task=task,
        members=whole,
        device=device,
        G=G,
        D=D,
        G_mean=copy.deepcopy(G).eval().requires_grad_(False),
        d_optimizer=build_optimizer(D.parameters(), *(one.d_optimizer for one in whole)),
        g_optimizer=build_optimizer(G.parameters(), *(one.g_optimizer for one in whole)),
        source=source,
        streams=streams,
        objective=Objective(whole, device),
    )
