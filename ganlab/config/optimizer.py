"""How one player's weights move."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ganlab.catalogue import checked
from ganlab.catalogue.optimizers import DECAYS, OPTIMIZERS
from ganlab.config.choice import listed
from ganlab.errors import ConfigError


@dataclass(frozen=True)
class OptimizerConfig:
    """How one player's weights move."""

    name: str = "adam"
    lr: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: str = "none"
    """Shape of the learning rate over the run's steps."""
    floor: float = 0.0
    """Where a decay ends, as a share of lr."""

    def __post_init__(self) -> None:
        limits = {"lr": (0.0, 10.0), "beta1": (0.0, 0.9999), "beta2": (0.0, 0.99999)}
        limits |= {"epsilon": (0.0, 1.0), "floor": (0.0, 1.0)}
        for name, (low, high) in limits.items():
            object.__setattr__(self, name, checked(name, getattr(self, name), float, low, high))
        checked("optimizer", self.name, str, options=tuple(OPTIMIZERS))
        checked("decay", self.decay, str, options=tuple(DECAYS))


def parse_optimizer(name: str, given: Any) -> OptimizerConfig:
    """The optimiser in an object of the setting called name; ConfigError if it is none."""
    if isinstance(given, OptimizerConfig):
        return given
    if not isinstance(given, Mapping):
        raise ConfigError(f"{name} must be an object, got {given!r}")
    known = {item.name for item in fields(OptimizerConfig)}
    unknown = set(given) - known
    if unknown:
        raise ConfigError(f"{name} has {listed(known)}, got {listed(unknown)}")
    try:
        return OptimizerConfig(**given)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
