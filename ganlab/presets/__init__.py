"""Named run configurations; `table(Preset)` has them in the order in which pages list them."""

from collections.abc import Mapping
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Data, Loss, Preset, find

__all__ = ["configuration", "epochs", "objective", "preset"]


def epochs(config: RunConfig, count: float) -> int:
    """Steps of that many epochs of the configuration's data; ConfigError where none are known."""
    known = find(Data, config.data.name).count
    if not known:
        raise ConfigError(f"how long an epoch of {config.data.name} is depends: give steps instead")
    if not 0 < count <= 100_000:
        raise ConfigError(f"epochs must be more than 0 and at most 100000, got {count:g}")
    return max(1, round(count * config.epoch(known)))


def preset(name: str) -> RunConfig:
    """The configuration of the preset called name; raise ConfigError that lists them."""
    return find(Preset, name).config


def objective(one: Preset) -> tuple[str, ...]:
    """What the players of a preset minimise, in LaTeX: its own formulas, or those of its loss."""
    return one.objective or find(Loss, one.config.loss.name).objective


def configuration(given: Any) -> RunConfig:
    """What a caller trains: a RunConfig, a preset by its name, or a configuration's JSON object."""
    if isinstance(given, RunConfig):
        return given
    if isinstance(given, str):
        return preset(given)
    if isinstance(given, Mapping):
        return RunConfig.from_json(given)
    raise ConfigError(f"a run needs a RunConfig or a preset's name, got {given!r}")
