"""The configuration of a super-resolution run: everything that determines its training."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ganlab.errors import ConfigError
from ganlab.training.superres.loop import Recipe
from ganlab.training.superres.recipes import LOSS_CHOICES, PRESETS, check_scale, recipe_of

SCALES = (2, 3, 4)
MOST_STEPS = 10_000_000


@dataclass(frozen=True)
class Plan:
    """A preset and what it is trained on, as JSON in the run's record."""

    preset: str = "srresnet"
    scale: int = 4
    folder: str = ""
    """Of photographs; empty for the embedded ones."""
    steps: int = 600
    seconds: float = 0.0
    """A limit in time besides the steps; 0 is none."""
    seed: int = 0
    threads: int = 0
    """Of the training; 0 takes the cores that are free."""
    losses: dict[str, Any] = field(default_factory=dict)
    """Those of LOSS_CHOICES that differ from the preset's recipe."""

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, got '{self.preset}'")
        if self.scale not in SCALES:
            raise ConfigError(f"scale must be 2, 3 or 4, got {self.scale!r}")
        check_scale(self.preset, self.scale)
        if not isinstance(self.steps, int) or not 1 <= self.steps <= MOST_STEPS:
            raise ConfigError(f"steps must be 1 to {MOST_STEPS:,}, got {self.steps!r}")
        if not self.seconds >= 0:
            raise ConfigError(f"seconds must be at least 0, got {self.seconds!r}")
        if not isinstance(self.threads, int) or self.threads < 0:
            raise ConfigError(f"threads must be at least 0, got {self.threads!r}")
        unknown = set(self.losses) - set(LOSS_CHOICES)
        if unknown:
            raise ConfigError(f"losses may name {', '.join(LOSS_CHOICES)}, got {unknown.pop()}")
        recipe_of(self.preset, **self.losses)  # refuses what the preset does not have

    @property
    def recipe(self) -> Recipe:
        """The recipe that is trained."""
        return recipe_of(self.preset, **self.changes)

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of the preset's recipe that are replaced."""
        limit = self.seconds or math.inf
        return {"steps": self.steps, "seconds": limit, "seed": self.seed, **self.losses}

    @property
    def photographs(self) -> str:
        """What it is trained on, as a person says it."""
        return Path(self.folder).name if self.folder else "the embedded photographs"

    def to_json(self) -> dict[str, Any]:
        """Plain values by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Plan":
        """The plan that `to_json` gave; ConfigError if it holds what is not known here."""
        unknown = set(stored) - {known.name for known in fields(cls)}
        if unknown:
            raise ConfigError(f"a super-resolution run knows no {', '.join(sorted(unknown))}")
        return cls(**stored)
