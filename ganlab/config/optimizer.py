"""How one player's weights move."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ganlab.config.choice import listed
from ganlab.config.setting import setting, settings_of
from ganlab.errors import ConfigError
from ganlab.registry import find


@dataclass(frozen=True)
class OptimizerConfig:
    """How one player's weights move."""

    name: str = setting("adam", "Optimiser", "The rule by which weights move.", kind="optimizer")
    lr: float = setting(
        2e-4, "Learning rate", "How far one step goes.", 0.0, 10.0, logarithmic=True
    )
    beta1: float = setting(0.5, "β₁", "Memory of the gradient: momentum.", 0.0, 0.9999)
    beta2: float = setting(
        0.999, "β₂", "Memory of the gradient's size, which sets each step.", 0.0, 0.99999, rare=True
    )
    epsilon: float = setting(
        1e-8,
        "ε",
        "Added to the gradient's size, so that no step is divided by 0.",
        0.0,
        1.0,
        logarithmic=True,
        rare=True,
    )
    decay: str = setting(
        "none", "Decay", "Shape of the learning rate over the run's steps.", kind="decay"
    )
    floor: float = setting(
        0.0, "Floor", "Where a decay ends, as a share of the learning rate.", 0.0, 1.0, rare=True
    )
    warmup: int = setting(
        0,
        "Warm-up",
        "Steps over which the learning rate rises to its value.",
        0,
        100_000,
        rare=True,
    )
    hidden: float = setting(
        3.0,
        "Rate of hidden convolutions",
        "Of Muon: how many times the learning rate those between first and last move at.",
        0.0,
        100.0,
        rare=True,
    )

    def __post_init__(self) -> None:
        for name, one in settings_of(type(self)).items():
            value = getattr(self, name)
            if one.kind:
                find(one.kind, value if isinstance(value, str) else repr(value), called=one.kind)
            else:
                object.__setattr__(self, name, one.check(name, value))


def parse_optimizer(name: str, given: Any) -> OptimizerConfig:
    """The optimiser in an object of the setting called name; ConfigError if it is none."""
    if isinstance(given, OptimizerConfig):
        return given
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, Mapping):
        raise ConfigError(f"{name} must be a name or an object, got {given!r}")
    known = {item.name for item in fields(OptimizerConfig)}
    unknown = set(given) - known
    if unknown:
        raise ConfigError(f"{name} has {listed(known)}, got {listed(unknown)}")
    try:
        return OptimizerConfig(**given)
    except ConfigError as error:
        raise type(error)(f"{name}: {error}") from None
