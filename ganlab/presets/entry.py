"""The record of a preset: a configuration with its texts."""

from dataclasses import dataclass

from ganlab.config import RunConfig

MNIST_COUNT, CIFAR_COUNT = 60_000, 50_000


@dataclass(frozen=True)
class Preset:
    """A named configuration with its texts."""

    title: str
    summary: str
    """One sentence: what it is."""
    watch: str
    """One sentence: what to look at while it trains."""
    config: RunConfig
    source: str = ""
    film: int = 64
    """How many of the fixed z a film of it shows."""


def steps_of(count: int, batch: int, of: int = MNIST_COUNT) -> int:
    """The steps of `count` epochs of a data set with `of` pictures, by default MNIST."""
    return count * -(-of // batch)
