"""Whether generated digits help a classifier that has few real ones: trained with and without.

Each seed draws its own real digits, its own generated ones and its own weights, and trains twice,
on the real ones alone and on both, equally long. What differs between the two is the generated
digits and nothing else, so the differences are compared in pairs.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.stats import t as student
from torch import Tensor

from ganlab.data.embedded import load_digits
from ganlab.data.mnist import has_mnist, load_mnist
from ganlab.data.pictures import PictureSet, to_float
from ganlab.device import device_of
from ganlab.errors import ConfigError
from ganlab.evaluation.classifier_training import Recipe, train_classifier
from ganlab.trained.generator import Generator

CLASSES = 10
ARMS = ("real", "both")
RARE = range(5, 10)
"""The classes that an unbalanced set has a tenth of."""
EMBEDDED_TEST = 797
"""So many of the 1,797 embedded digits are kept for the test."""


@dataclass(frozen=True)
class Plan:
    """What is tried."""

    k: int = 10
    """Real digits of each class."""
    n: int = 100
    """Generated digits of each class; an unbalanced set is topped up instead."""
    unbalanced: bool = False
    """Whether classes 5 to 9 have k / 10 real digits only, and generated ones fill them up to k."""
    seeds: int = 5
    steps: int = 300
    """Training steps of every classifier, whatever it is given."""

    def __post_init__(self) -> None:
        limits = {"k": (1, 1_000), "n": (1, 5_000), "seeds": (2, 30), "steps": (20, 5_000)}
        for name, (low, high) in limits.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigError(
                    f"{name} must be between {low} and {high}, got {getattr(self, name)}"
                )
        if self.unbalanced and self.k < 10:
            raise ConfigError(f"an unbalanced set needs k of at least 10, got {self.k}")

    def real(self) -> list[int]:
        """How many real digits each class has."""
        return [self.k // 10 if self.unbalanced and c in RARE else self.k for c in range(CLASSES)]

    def generated(self) -> list[int]:
        """How many generated digits each class is given in the arm 'both'."""
        if not self.unbalanced:
            return [self.n] * CLASSES
        return [self.k - real for real in self.real()]


class Trial(NamedTuple):
    """One classifier, trained and tested."""

    arm: str
    seed: int
    accuracy: float
    by_class: list[float]


class Sets(NamedTuple):
    """Real digits to draw from and others to test on."""

    train: PictureSet
    test: PictureSet


def real_sets() -> Sets:
    """MNIST where it is; else the embedded digits, parted in a fixed way. Never downloads."""
    if has_mnist():
        return Sets(load_mnist("train"), load_mnist("test"))
    whole = load_digits()
    order = torch.randperm(len(whole.labels), generator=torch.Generator().manual_seed(0))
    return Sets(_part(whole, order[EMBEDDED_TEST:]), _part(whole, order[:EMBEDDED_TEST]))


def trials(
    generator: Generator, sets: Sets, plan: Plan, device: torch.device | None = None
) -> Iterator[Trial]:
    """Train and test both arms for one seed after the other, on the device or on 'auto's.

    Raises ConfigError if the generator cannot be asked for digits of the sets' size, or a class has
    too few real ones.
    """
    if generator.classes != CLASSES:
        raise ConfigError(
            f"{generator.name} cannot be asked for ten digits: take a conditional one"
        )
    shape = tuple(generator.pictures(generator.z(1), torch.zeros(1, dtype=torch.int64)).shape[1:])
    if shape != tuple(sets.train.pictures.shape[1:]):
        came = "×".join(map(str, shape))
        raise ConfigError(f"{generator.name} makes pictures of {came}, and the real ones are not")
    for seed in range(plan.seeds):
        real = _part(sets.train, draw(sets.train.labels, plan.real(), seed))
        for arm in ARMS:
            given = real if arm == "real" else _joined(real, generated(generator, plan, seed))
            recipe = Recipe(steps=plan.steps, batch=64, seed=seed)
            net = train_classifier(given, recipe, device)
            by_class, accuracy = _tested(net, sets.test)
            yield Trial(arm, seed, accuracy, by_class)


def draw(labels: Tensor, counts: Sequence[int], seed: int) -> Tensor:
    """Places of counts[c] examples of each class c, drawn without repetition."""
    chance = torch.Generator().manual_seed(seed)
    parts = []
    for c, count in enumerate(counts):
        places = (labels == c).nonzero().flatten()
        if len(places) < count:
            raise ConfigError(f"there are {len(places)} real digits {c}, fewer than {count}")
        parts.append(places[torch.randperm(len(places), generator=chance)[:count]])
    return torch.cat(parts)


def generated(generator: Generator, plan: Plan, seed: int) -> PictureSet:
    """The generated digits of a seed."""
    labels = torch.arange(CLASSES).repeat_interleave(torch.tensor(plan.generated()))
    # Seeds far from those that a person tries, so that no picture on the pages is used twice.
    pictures = generator.sample(len(labels), labels, seed=900_000 + seed)
    return PictureSet(torch.from_numpy(pictures), labels, tuple("0123456789"), generator.name)


def summary(done: Sequence[Trial]) -> dict[str, Any]:
    """Mean and standard deviation of each arm over seeds, and the paired difference.

    'difference' has a 95 % interval by Student's t over the pairs, None below two pairs.
    """
    table = {arm: {one.seed: one for one in done if one.arm == arm} for arm in ARMS}
    seeds = sorted(set(table["real"]) & set(table["both"]))
    arms: dict[str, Any] = {}
    for arm in ARMS:
        own = [one.accuracy for one in table[arm].values()]
        rows = [one.by_class for one in table[arm].values()]
        arms[arm] = {
            "accuracies": own,
            "mean": float(np.mean(own)) if own else None,
            "deviation": float(np.std(own, ddof=1)) if len(own) > 1 else None,
            "by_class": np.mean(rows, axis=0).tolist() if rows else None,
        }
    gaps = [table["both"][s].accuracy - table["real"][s].accuracy for s in seeds]
    return {"arms": arms, "pairs": len(seeds), "difference": interval(gaps)}


def interval(values: Sequence[float]) -> dict[str, float] | None:
    """Mean and 95 % interval of the mean by Student's t; None below two values."""
    if len(values) < 2:
        return None
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values))
    reach = float(student.ppf(0.975, len(values) - 1)) * error
    return {"mean": mean, "low": mean - reach, "high": mean + reach}


def verdict(difference: dict[str, float] | None) -> str:
    """What the paired difference says, and no more than that."""
    if difference is None:
        return "Two seeds are needed before anything can be said."
    low, high, mean = (100 * difference[name] for name in ("low", "high", "mean"))
    words = f"{mean:+.1f} points (95 % interval {low:+.1f} to {high:+.1f})"
    if low > 0:
        return f"The generated digits helped: {words}."
    if high < 0:
        return f"The generated digits did harm: {words}."
    return f"No effect that these seeds could show: {words}."


def as_json(generator: Generator, sets: Sets, plan: Plan, done: Sequence[Trial]) -> dict[str, Any]:
    """The whole experiment: what was tried, on what, and what came out."""
    return {
        "model": generator.name,
        "plan": asdict(plan),
        "data": sets.train.name,
        "test": len(sets.test.labels),
        "real": plan.real(),
        "generated": plan.generated(),
        **summary(done),
        "verdict": verdict(summary(done)["difference"]),
    }


def _part(whole: PictureSet, places: Tensor) -> PictureSet:
    return PictureSet(whole.pictures[places], whole.labels[places], whole.classes, whole.name)


def _joined(one: PictureSet, other: PictureSet) -> PictureSet:
    return PictureSet(
        torch.cat([one.pictures, other.pictures]),
        torch.cat([one.labels, other.labels]),
        one.classes,
        f"{one.name} and {other.name}",
    )


@torch.no_grad()
def _tested(net: torch.nn.Module, data: PictureSet) -> tuple[list[float], float]:
    device = device_of(net)
    parts = [net(to_float(some.to(device))).logits.argmax(1) for some in data.pictures.split(500)]
    right = (torch.cat(parts).cpu() == data.labels).double()
    by_class = [float(right[data.labels == c].mean()) for c in range(CLASSES)]
    return by_class, float(right.mean())
