"""Training towards the pixels: a network and crops in, a record every few steps out."""

import copy
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from ganlab.data.degradation import Crops
from ganlab.device import CPU, autocast
from ganlab.errors import ConfigError
from ganlab.objective.superres_losses import PIXEL, measured_on_luma, total_variation
from ganlab.training.superres.muon import Muon


def decay(progress: float) -> float:
    """The cosine from 1 at progress 0 to 0 at progress 1. Loshchilov & Hutter 2017, equation 5."""
    return 0.5 * (1 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))


SCHEDULES: Mapping[str, Callable[[float], float]] = {
    "cosine": decay,
    "late": lambda progress: decay(2 * progress - 1),
    "constant": lambda progress: 1.0,
    "tenth": lambda progress: 1.0 if progress < 0.5 else 0.1,
}
"""Name to what a rate is multiplied by at a progress from 0 to 1.

"late" stays for half of the way and then decays. SRResNet's rate is constant and SRGAN's falls to
a tenth half way: Ledig et al. 2017, section 3.2.
"""


def check_choice(name: str, value: str, choices: Iterable[str]) -> None:
    """Refuse a value that is none of the choices."""
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, got '{value}'")


@dataclass(frozen=True)
class Recipe:
    """What determines a training besides network and data."""

    steps: int = 3000
    seconds: float = math.inf
    """The decay of the rate ends at `steps` or here, whichever comes first."""
    rate: float = 1e-3
    muon_rate: float = 3e-3
    """Rate of the residual body's convolutions; 0 gives them to Adam too."""
    warmup: int = 30
    averaging: float = 0.999
    """How slowly the averaged network follows; 1 weighs all steps equally.

    At a high, constant rate the mean of all steps is better than any of them: Izmailov et al. 2018.
    """
    clip: float = 1.0
    on_luma: bool = False
    """Follow what is measured on luma, PSNR and SSIM, instead of L1."""
    seed: int = 0
    pixel: str = "l1"
    """The error of a pixel: a name of `losses.PIXEL`."""
    total_variation: float = 0.0
    """Weight of the total variation; 0 leaves it out."""
    schedule: str = "cosine"
    """How the rate falls after the warm-up: a name of SCHEDULES."""

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ConfigError(f"steps must be at least 1, got {self.steps}")
        if not 0 <= self.averaging <= 1:
            raise ConfigError(f"averaging must be between 0 and 1, got {self.averaging:g}")
        check_choice("pixel", self.pixel, PIXEL)
        check_choice("schedule", self.schedule, SCHEDULES)
        if not 0 <= self.total_variation < math.inf:
            raise ConfigError(f"total_variation must be at least 0, got {self.total_variation:g}")
        if self.on_luma and self.pixel != "l1":
            raise ConfigError(f"a loss on luma keeps its colours by l1, got pixel '{self.pixel}'")

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the terms that a training of this recipe records."""
        return (self.pixel, "total_variation") if self.total_variation else (self.pixel,)


@dataclass(frozen=True)
class Record:
    """What training records every few steps."""

    step: int
    seconds: float
    """Spent training since the first step, over all resumptions."""
    scalars: dict[str, float]
    steps: int = 1
    """Of how many steps the scalars are the mean."""


def body_weights(network: nn.Module) -> list[nn.Parameter]:
    """The matrices between the first and the last convolution, where Muon works."""
    return [
        weight
        for name, weight in network.named_parameters()
        if weight.ndim == 4 and name.split(".")[0] in ("body", "merge")
    ]


class Averaged:
    """A moving average of a network's weights, for use and for the card: exponential, or flat.

    What a network keeps besides weights, as batch norm its means and variances, is copied.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.network = copy.deepcopy(network).requires_grad_(False)

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        """Move a little towards the network; early on, faster, so that the start is forgotten."""
        weight = 1 / step if self.decay == 1 else 1 - min(self.decay, step / (step + 10))
        for mine, theirs in zip(self.network.parameters(), network.parameters(), strict=True):
            mine.lerp_(theirs, weight)
        for mine, theirs in zip(self.network.buffers(), network.buffers(), strict=True):
            mine.copy_(theirs)


class Stepping(Protocol):
    """What `records` needs of a training."""

    step: int
    seconds: float

    @property
    def progress(self) -> float:
        """How much of the budget is spent, from 0 to 1."""
        ...

    def one_step(self) -> dict[str, Tensor]:
        """Make a step: each term by name, still on the device."""
        ...


def records(training: Stepping, every: int, pause: float) -> Iterator[Record]:
    """Train to the end: each term's mean every few steps, or when `pause` seconds have passed.

    The device is waited for when a record is made, and not at every step.
    """
    sums: dict[str, Tensor] = {}
    count, begin = 0, time.perf_counter()
    spent = training.seconds
    while training.progress < 1:
        for name, value in training.one_step().items():
            sums[name] = sums[name] + value.detach() if name in sums else value.detach()
        count += 1
        training.seconds = spent + time.perf_counter() - begin
        late = time.perf_counter() - begin >= pause
        if late or training.step % every == 0 or training.progress >= 1:
            scalars = {name: float(value) / count for name, value in sums.items()}
            training.seconds = spent + time.perf_counter() - begin
            yield Record(training.step, training.seconds, scalars, count)
            sums, count, begin, spent = {}, 0, time.perf_counter(), training.seconds


class PixelTraining:
    """Towards the original, pixel by pixel, resumable at every step.

    Iterate `run` and read `averaged`. Network and crops move to the device.
    """

    def __init__(
        self, network: nn.Module, crops: Crops, recipe: Recipe, device: torch.device = CPU
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.device = device
        self.network = network.to(device).to(memory_format=torch.channels_last)
        self.crops = crops.to(device)
        self.recipe = recipe
        self.averaging = Averaged(self.network, recipe.averaging)
        matrices = body_weights(network) if recipe.muon_rate else []
        chosen = {id(weight) for weight in matrices}
        rest = [weight for weight in network.parameters() if id(weight) not in chosen]
        self.optimisers: list[torch.optim.Optimizer] = [torch.optim.Adam(rest, lr=recipe.rate)]
        if matrices:
            self.optimisers.append(Muon(matrices, lr=recipe.muon_rate))
        self.step = 0
        self.seconds = 0.0

    @property
    def averaged(self) -> nn.Module:
        """The averaged network, which is what one uses."""
        return self.averaging.network

    @property
    def remark(self) -> str:
        """A remark for people; there is none."""
        return ""

    @property
    def progress(self) -> float:
        """From 0 to 1, by steps or by time, whichever is further."""
        return max(self.step / self.recipe.steps, self.seconds / self.recipe.seconds)

    def run(self, every: int = 50, pause: float = math.inf) -> Iterator[Record]:
        """Train to the end of the recipe; each term's mean every few steps, or after a pause."""
        return records(self, every, pause)

    def one_step(self) -> dict[str, Tensor]:
        """Move the network towards one batch of crops: the terms by name."""
        warm = min(1.0, (self.step + 1) / self.recipe.warmup)
        rates = [self.recipe.rate, self.recipe.muon_rate]
        for optimiser, rate in zip(self.optimisers, rates, strict=False):
            for group in optimiser.param_groups:
                group["lr"] = rate * warm * SCHEDULES[self.recipe.schedule](self.progress)
        lr, hr = self.crops.draw()
        lr = lr.to(memory_format=torch.channels_last)
        with autocast(self.device):
            sr = self.network(lr)
        sr = sr.float()
        terms = {self.recipe.pixel: PIXEL[self.recipe.pixel](sr, hr)}
        loss = measured_on_luma(sr, hr) if self.recipe.on_luma else terms[self.recipe.pixel]
        if self.recipe.total_variation:
            terms["total_variation"] = total_variation(sr)
            loss = loss + self.recipe.total_variation * terms["total_variation"]
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        for optimiser in self.optimisers:
            optimiser.step()
        self.step += 1
        self.averaging.follow(self.network, self.step)
        return terms

    def state(self) -> dict[str, Any]:
        """Everything that is needed to resume: tensors and plain values only."""
        return {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "crops": self.crops.generator.get_state(),
            "step": self.step,
            "seconds": self.seconds,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.crops.generator.set_state(state["crops"])
        self.step = state["step"]
        self.seconds = state["seconds"]
