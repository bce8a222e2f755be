"""A named configuration with what to say about it."""

from dataclasses import dataclass

from ganlab.config import RunConfig

MNIST_COUNT, CIFAR_COUNT = 60_000, 50_000


@dataclass(frozen=True)
class Preset:
    """A configuration with what to say about it."""

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
    """Steps of `count` passes through a data set, MNIST unless told otherwise."""
    return count * -(-of // batch)
