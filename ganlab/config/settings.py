"""What a run configuration holds, each setting checked by itself."""

from dataclasses import dataclass, field

from ganlab.catalogue import checked
from ganlab.config.choice import Choice
from ganlab.config.optimizer import OptimizerConfig
from ganlab.errors import ConfigError

VERSION = 1
"""Grows when the meaning of a field changes, so that an old link is not read wrongly."""

NUMBERS: dict[str, tuple[type, float, float]] = {
    "z_dim": (int, 1, 4096),
    "d_steps": (int, 0, 10),
    "d_warmup": (int, 0, 100_000),
    "batch": (int, 1, 65_536),
    "ema": (float, 0.0, 0.99999),
    "d_clip": (float, 0.0, 100.0),
    "steps": (int, 1, 100_000_000),
    "seconds": (float, 0.0, 10_000_000.0),
    "keep_every": (int, 0, 100_000_000),
    "keep_epochs": (int, 0, 100_000),
    "show_epochs": (int, 0, 100_000),
    "seed": (int, 0, 2**31 - 1),
}
"""Type and range of every plain number of a RunConfig."""

MANY = ("penalties", "terms", "transforms")
FIXED = ("data", "network", "noise", "z_dim", "transforms", "precision", "seed", "version", "batch")
"""What cannot be turned while a run trains: shapes, data and luck."""


@dataclass(frozen=True)
class Settings:
    """The fields of `RunConfig`, which adds what is asked of them together."""

    data: Choice = field(default_factory=lambda: Choice("digits"))
    network: Choice = field(default_factory=lambda: Choice("fast28"))
    noise: Choice = field(default_factory=lambda: Choice("normal"))
    z_dim: int = 64
    loss: Choice = field(default_factory=lambda: Choice("non-saturating"))
    penalties: tuple[Choice, ...] = ()
    """Added to a player's loss."""
    terms: tuple[Choice, ...] = ()
    """What these networks add to both losses beyond the game; most add nothing."""
    transforms: tuple[Choice, ...] = ()
    """What stands before D, in this order."""
    strategy: Choice = field(default_factory=lambda: Choice("alternating"))
    d_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    g_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    d_steps: int = 1
    """K: how often D moves before G does, each time on a fresh batch."""
    d_warmup: int = 0
    """Steps in which D alone learns before G starts."""
    d_clip: float = 0.0
    """D's weights are clipped to ±d_clip after each of its steps; 0 leaves them."""
    batch: int = 64
    ema: float = 0.999
    """Decay of the averaged G, which makes the pictures; 0 shows G itself."""
    precision: str = "auto"
    """auto takes bfloat16 where the device is fast at it."""
    steps: int = 20_000
    """Budget, and the horizon of the learning rates' decay."""
    seconds: float = 0.0
    """Budget of training time; 0 is none."""
    keep_every: int = 0
    """A run on pictures keeps its whole state every so many steps; 0 keeps some as time allows."""
    keep_epochs: int = 0
    """The same at the end of every so many passes through the data."""
    show_epochs: int = 0
    """It also looks at its fixed z at the end of every so many passes, for a film of them."""
    seed: int = 0
    version: int = VERSION

    def __post_init__(self) -> None:
        for name in ("data", "network", "noise", "loss", "strategy"):
            object.__setattr__(self, name, Choice.parse(name, getattr(self, name)))
        for name in MANY:
            parsed = tuple(Choice.parse(name, one) for one in getattr(self, name))
            names = [one.name for one in parsed]
            if len(set(names)) != len(names):
                raise ConfigError(f"{name} must name each entry once, got {', '.join(names)}")
            object.__setattr__(self, name, parsed)
        for name, (kind, low, high) in NUMBERS.items():
            object.__setattr__(self, name, checked(name, getattr(self, name), kind, low, high))
        checked("precision", self.precision, str, options=("auto", "float32", "bfloat16"))
        object.__setattr__(self, "version", checked("version", self.version, int))
        if self.version != VERSION:
            raise ConfigError(
                f"this configuration is of version {self.version} and this ganlab reads version "
                f"{VERSION}: update ganlab"
            )
