"""A quiz: the user and D decide for the same pictures whether they are real or generated."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

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
