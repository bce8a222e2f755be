"""What a run configuration holds: each setting with its record, checked by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ganlab.config.choice import Choice
from ganlab.config.optimizer import OptimizerConfig, parse_optimizer
from ganlab.config.setting import Setting, chosen, setting, settings_of, several
from ganlab.errors import ConfigError

VERSION = 1
"""Grows when the meaning of a field changes, so that an old link is not read wrongly."""


@dataclass(frozen=True)
class Settings:
    """The fields of `RunConfig`, which adds what is asked of them together."""

    data: Choice = chosen("data", "digits", "Data", "What G learns to imitate.", live=False)
    network: Choice = chosen("network", "fast28", "Networks", "The pair G and D.", live=False)
    noise: Choice = chosen(
        "noise", "normal", "Distribution of z", "What G makes its samples from.", live=False
    )
    z_dim: int = setting(
        64, "Dimensions of z", "How many numbers G is given for a sample.", 1, 4096, live=False
    )
    loss: Choice = chosen("loss", "non-saturating", "Loss", "What the two players minimise.")
    penalties: tuple[Choice, ...] = several(
        "penalty", "Penalties", "What is added to a player's loss to keep the game calm."
    )
    terms: tuple[Choice, ...] = several(
        "term", "Terms", "What these networks add to both losses beyond the game; most add nothing."
    )
    transforms: tuple[Choice, ...] = several(
        "transform", "Before D", "What happens to real and fake before D sees them.", live=False
    )
    strategy: Choice = chosen(
        "strategy", "alternating", "Who moves when", "The order in which the players move."
    )
    d_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    g_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    d_steps: int = setting(
        1, "K, moves of D a step", "How often D moves before G, each on a fresh batch.", 0, 10
    )
    d_warmup: int = setting(
        0,
        "Pretraining of D",
        "Steps in which D alone learns before G starts.",
        0,
        100_000,
        rare=True,
    )
    d_clip: float = setting(
        0.0,
        "Clipping of D",
        "D's weights stay within ± this after each step; 0 leaves them.",
        0.0,
        100.0,
        rare=True,
    )
    adversarial: float = setting(
        1.0,
        "Weight of the game",
        "What D's judgement counts for G next to the terms; at 0 there is no game.",
        0.0,
        100.0,
        rare=True,
        space="superres",
    )
    g_norm_limit: float = setting(
        0.0,
        "Longest gradient of G",
        "A longer gradient is shortened to this norm; 0 leaves it.",
        0.0,
        10_000.0,
        rare=True,
        space="superres",
    )
    batch: int = setting(
        64, "Batch", "Samples that D sees of each kind in one move.", 1, 65_536, live=False
    )
    ema: float = setting(
        0.999,
        "Averaging of G (0 is off)",
        "What is shown comes from an exponential average of G's weights; 0 shows G itself, "
        "and 1 weighs all steps equally.",
        0.0,
        1.0,
    )
    precision: str = setting(
        "auto",
        "Precision",
        "auto takes bfloat16 where the device is fast at it.",
        options=("auto", "float32", "bfloat16"),
        live=False,
        rare=True,
    )
    steps: int = setting(
        20_000,
        "Steps",
        "One step is K moves of D and one of G; decays run along all of them.",
        1,
        100_000_000,
    )
    seconds: float = setting(
        0.0,
        "Seconds",
        "Training ends after so much time, too; 0 is no limit.",
        0.0,
        10_000_000.0,
        rare=True,
    )
    keep_every: int = setting(
        0,
        "Keep every … steps",
        "The whole state is kept so often; 0 keeps some as time allows.",
        0,
        100_000_000,
        rare=True,
        space="pictures",
    )
    keep_epochs: int = setting(
        0,
        "Keep every … epochs",
        "The same after so many passes through the data; 0 is never.",
        0,
        100_000,
        rare=True,
        space="pictures",
    )
    show_epochs: int = setting(
        0,
        "Show every … epochs",
        "A look at fixed z after so many passes, for a film of them.",
        0,
        100_000,
        rare=True,
        space="pictures",
    )
    seed: int = setting(0, "Seed", "The same seed gives the same run.", 0, 2**31 - 1, live=False)
    version: int = setting(
        VERSION, "Version", "Of the meaning of these settings.", 0, 2**31 - 1, live=False
    )

    def __post_init__(self) -> None:
        for name in ("d_optimizer", "g_optimizer"):
            object.__setattr__(self, name, parse_optimizer(name, getattr(self, name)))
        for name, one in SETTINGS.items():
            if "." in name:
                continue
            value = getattr(self, name)
            if one.many:
                value = tuple(Choice.parse(one.kind, part, name) for part in entries(name, value))
                names = [part.name for part in value]
                if len(set(names)) != len(names):
                    raise ConfigError(f"{name} must name each entry once, got {', '.join(names)}")
            else:
                value = Choice.parse(one.kind, value, name) if one.kind else one.check(name, value)
            object.__setattr__(self, name, value)
        if self.version != VERSION:
            raise ConfigError(
                f"this configuration is of version {self.version} and this ganlab reads version "
                f"{VERSION}: update ganlab"
            )


SETTINGS: Mapping[str, Setting] = settings_of(Settings)
"""The record of every setting by path; what a choice has below its name is in its own record."""
MANY = tuple(name for name, one in SETTINGS.items() if one.many)
FIXED = tuple(name for name, one in SETTINGS.items() if not one.live)
"""What cannot be turned while a run trains: shapes, data and seed."""


def entries(name: str, given: Any) -> Sequence[Any]:
    """The entries that a setting of several choices holds, each still to be parsed.

    given is a list of them, one alone, or names with commas between; ConfigError for anything else.
    """
    if isinstance(given, str):
        return [part for part in given.split(",") if part]
    if isinstance(given, Choice | Mapping):
        return [given]
    if isinstance(given, list | tuple):
        return given
    raise ConfigError(f"{name} must be names with commas between or a list, got {given!r}")
