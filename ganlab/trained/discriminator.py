"""A trained discriminator, loaded from a run, one of its stored states, or a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlab.config import RunConfig
from ganlab.config.fit import packing
from ganlab.data.pictures import to_float
from ganlab.errors import CheckpointError
from ganlab.objective.transforms import pack
from ganlab.registry import Loss, find
from ganlab.trained.generator import Generator, find_checkpoint
from ganlab.training.checkpoint import load_tensors
from ganlab.training.state import is_points, task_of
from ganlab.training.state_tensors import load_weights, stored_config
from ganlab.training.tasks.pictures import build_networks

BATCH = 250


@dataclass(frozen=True)
class Players:
    """Both networks of a run at one of its steps, on the CPU."""

    G: Generator
    D: "Discriminator"
    step: int


class Discriminator:
    """D with its configuration: scores of pictures and their gradients."""

    def __init__(self, name: str, config: RunConfig, net: nn.Module) -> None:
        self.name = name
        self.config = config
        self.net = net.eval().requires_grad_(False)

    @property
    def undecided(self) -> float | None:
        """The score between real and fake; None if the loss fixes none.

        That is so where only differences of scores matter, and of a loss with a margin, in which
        a shift of all scores is free.
        """
        record = find(Loss, self.config.loss.name)
        return None if record.margin else record.at_equilibrium(self.config.loss.values).score

    @property
    def together(self) -> int:
        """How many pictures D scores together: 1, unless the run packs them."""
        return packing(self.config)

    def scores(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """D's scores (N,) float32 of pictures uint8 (N, C, H, W), higher for real.

        A D that scores m pictures together takes consecutive ones and returns (N / m,).
        """
        parts, step = [], BATCH * self.together
        with torch.no_grad():
            for start in range(0, len(pictures), step):
                some = None if labels is None else labels[start : start + step]
                x = pack(to_float(pictures[start : start + step]), self.together)
                parts.append(self.net(x, some).float())
        return torch.cat(parts)

    def gradients(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """∂D(x)/∂x summed over colours, (N, H, W): where brighter would look more real, positive.

        pictures: uint8 (N, C, H, W). Simonyan et al. 2014, section 3, with its sign.
        """
        x = to_float(pictures).requires_grad_(True)
        with torch.enable_grad():
            scores = self.net(pack(x, self.together), labels)
            (gradient,) = torch.autograd.grad(scores.sum(), x)
        return gradient.sum(1)

    def threshold(self, real: Tensor, fake: Tensor) -> float:
        """The score above which D takes a picture for real.

        If the loss does not fix the zero of scores (relativistic, Wasserstein, hinge), it is the
        middle between the mean scores of real (N,) and fake (M,).
        """
        fixed = self.undecided
        return float(real.mean() + fake.mean()) / 2 if fixed is None else float(fixed)


def load_players(name_or_path: str | Path) -> Players:
    """Both networks of a run's id, a stored state or a file; G is the averaged one.

    Raises CheckpointError in one sentence if there is no such file, or it holds no D.
    """
    path = find_checkpoint(name_or_path)
    tensors, facts = load_tensors(path)
    try:
        config = stored_config(facts)
        if not task_of(config).from_noise:
            raise CheckpointError("it enlarges pictures: its D judges no others")
        if is_points(config):
            raise CheckpointError("it learns points: the Playground shows what its D thinks")
        with torch.random.fork_rng(devices=[]):
            G, D = build_networks(config)
        averaged = config.ema and any(one.startswith("G_mean.") for one in tensors)
        load_weights(G, tensors, "G_mean." if averaged else "G.")
        load_weights(D, tensors, "D.")
    except CheckpointError as error:
        raise CheckpointError(f"{path.name} holds no two players: {error}") from error
    name = path.parent.name if path.name == "checkpoint.safetensors" else path.stem
    card: dict[str, Any] | None = facts.get("card")
    step = int(facts.get("step", (card or {}).get("steps", 0)))
    return Players(Generator(name, config, G, card), Discriminator(name, config, D), step)


def drawn(G: Generator, n: int, seed: int) -> tuple[NDArray[Any], Tensor | None]:
    """N pictures of G, uint8 (n, C, H, W), and the conditions that they were given, if any."""
    conditions = G.conditions(n)
    return G.pictures(G.z(n, seed), conditions), conditions


def side_by_side(pictures: Tensor, m: int) -> Tensor:
    """The pictures that D scores together, side by side: (N, ..., H, W) -> (N / m, ..., H, m W)."""
    return torch.cat(pictures.unflatten(0, (-1, m)).unbind(1), dim=-1)


# --- a quiz against D -----------------------------------------------------------------------------


ROUNDS = 20
"""Pictures in a game, if there are enough of each kind."""


@dataclass(frozen=True)
class Game:
    """The pictures in the order in which they are shown, with their labels."""

    pictures: Tensor
    """(rounds, C, H, W) uint8."""
    real: tuple[bool, ...]
    d_says: tuple[bool, ...]
    """Whether D takes each picture for real."""

    @property
    def rounds(self) -> int:
        """How many pictures are shown."""
        return len(self.real)

    @property
    def d_right(self) -> int:
        """How often D is right."""
        return self.right(self.d_says)

    def right(self, answers: Sequence[bool]) -> int:
        """How many of the first answers are right."""
        return sum(mine == truth for mine, truth in zip(answers, self.real, strict=False))


def deal(
    real: Tensor, fake: Tensor, real_scores: Tensor, fake_scores: Tensor, border: float, seed: int
) -> Game:
    """A game from pictures (N, C, H, W) and D's scores (N,) of both kinds; seed determines it.

    Each place is real with probability 1/2, independently, so that counting does not help. No
    picture is used twice: the number of rounds is at most that of the pictures of a kind.
    """
    rounds = min(ROUNDS, len(real), len(fake))
    stream = torch.Generator().manual_seed(seed)
    truth = torch.randint(2, (rounds,), generator=stream).bool()
    mine = torch.randperm(len(real), generator=stream)[:rounds]
    other = torch.randperm(len(fake), generator=stream)[:rounds]
    shape = (rounds, *(1 for _ in real.shape[1:]))
    pictures = torch.where(truth.view(shape), real[mine], fake[other])
    scores = torch.where(truth, real_scores[mine], fake_scores[other])
    return Game(pictures, tuple(truth.tolist()), tuple((scores > border).tolist()))
