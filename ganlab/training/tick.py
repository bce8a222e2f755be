"""Tick, Snapshot and Intervention: what the training loop reports every few steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

MOVE = "move"
"""Name of an intervention by which one player moves alone at its step; `new` is 'D' or 'G'."""


@dataclass(frozen=True)
class Snapshot:
    """What the same fixed z look like at one step."""

    step: int
    arrays: Mapping[str, NDArray[Any]]
    """Pictures: 'fake' uint8 (N, C, H, W). Points: 'fake' float32 (N, 2) and more."""


@dataclass(frozen=True)
class Intervention:
    """A setting changed while a run trains."""

    step: int
    name: str
    """Path of the setting, such as 'd_optimizer.lr'."""
    old: Any
    new: Any

    def to_json(self) -> dict[str, Any]:
        """The four values by name."""
        return {"step": self.step, "name": self.name, "old": self.old, "new": self.new}


@dataclass(frozen=True)
class Tick:
    """Some steps of a run, summed up."""

    step: int
    """How many steps the run has made."""
    seconds: float
    """Time spent in training since the run began, pauses left out."""
    scalars: Mapping[str, float]
    """Means over the steps since the last tick; NaN where a player did not move."""
    snapshot: Snapshot | None = None
    end: str = ""
    """Why the run ends with this tick: '', 'finished' or 'diverged'."""
    words: str = ""
    """One sentence where something happened."""
    interventions: tuple[Intervention, ...] = field(default=())
    """Those that came into force before these steps."""
    members: tuple[Mapping[str, float], ...] = ()
    """The scalars of each member of an ensemble."""
    lost: tuple[int, ...] = ()
    """Members whose loss is not finite."""
