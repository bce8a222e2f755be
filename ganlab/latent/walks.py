"""Walks of a generator: the z and the labels of each frame, between classes or between draws."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from ganlab.errors import ConfigError
from ganlab.evaluation.classifier import load_classifier, readable
from ganlab.latent.interpolation import walk
from ganlab.trained.generator import Generator

CANDIDATES = 400
"""How many z are searched for a class if G takes no labels."""


class Walk(NamedTuple):
    """The inputs of G, one per frame."""

    z: Tensor
    """(F, z_dim)."""
    labels: Tensor | None
    """(F, classes) weights of the classes, or None for a G that takes no labels."""


def between_draws(generator: Generator, frames: int, mode: str, seed: int = 0) -> Walk:
    """From one draw of z to the next, the class unchanged."""
    z = walk(generator.z(2, seed), frames, mode)
    if not generator.classes:
        return Walk(z, None)
    label = torch.full((frames,), seed % generator.classes)
    return Walk(z, F.one_hot(label, generator.classes).float())


def between_classes(
    generator: Generator, start: int, end: int, frames: int, mode: str, seed: int = 0
) -> Walk:
    """From class start to class end.

    A conditional G is given a mixture of both labels while z walks from one draw to the next. For
    any other G of digits the ends are the draws to which the classifier gives the highest
    probability of these classes. Raises ConfigError if there is no such class, or if G takes no
    labels and the classifier does not read its pictures.
    """
    classes = generator.classes or (10 if generator.config.data.name in readable() else 0)
    if not classes:
        raise ConfigError(
            f"{generator.name} knows no classes to walk between: leave out --from and --to"
        )
    for given in (start, end):
        if not 0 <= given < classes:
            raise ConfigError(f"a class must lie between 0 and {classes - 1}, got {given}")
    if generator.classes:
        ends = F.one_hot(torch.tensor([start, end]), classes).float()
        # Labels mix in a straight line in either mode: their weights must add up to 1.
        return Walk(walk(generator.z(2, seed), frames, mode), walk(ends, frames, "lerp"))
    return Walk(walk(surest(generator, (start, end), seed), frames, mode), None)


def surest(generator: Generator, classes: Sequence[int], seed: int) -> Tensor:
    """For each class, the z among CANDIDATES with its highest probability: (N, z_dim).

    Raises ConfigError for a class as which no picture is read.
    """
    z = generator.z(CANDIDATES, seed)
    shares = load_classifier(device=generator.device).read(generator.pictures(z)).logits.softmax(1)
    best = [int(shares[:, c].argmax()) for c in classes]
    for c, k in zip(classes, best, strict=True):
        if int(shares[k].argmax()) != c:
            raise ConfigError(
                f"{generator.name} wrote no {c} in {CANDIDATES} draws: try another class or seed"
            )
    return z[best]
