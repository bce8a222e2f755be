"""Named run configurations, in the order in which pages list them."""

from collections.abc import Mapping
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.presets.digits import DIGIT_PRESETS
from ganlab.presets.entry import Preset
from ganlab.presets.literature import LITERATURE_PRESETS
from ganlab.presets.own_pictures import OWN_PRESETS
from ganlab.presets.points import POINT_PRESETS
from ganlab.presets.systems import SYSTEM_PRESETS
from ganlab.registry import Data, find

PRESETS: Mapping[str, Preset] = {
    **POINT_PRESETS,
    **DIGIT_PRESETS,
    **LITERATURE_PRESETS,
    **OWN_PRESETS,
    **SYSTEM_PRESETS,
}

__all__ = ["PRESETS", "Preset", "configuration", "epochs", "find_preset", "preset"]


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
    return find_preset(name).config


def configuration(given: Any) -> RunConfig:
    """What a caller trains: a RunConfig, a preset by its name, or a configuration's JSON object."""
    if isinstance(given, RunConfig):
        return given
    if isinstance(given, str):
        return preset(given)
    if isinstance(given, Mapping):
        return RunConfig.from_json(given)
    raise ConfigError(f"a run needs a RunConfig or a preset's name, got {given!r}")


def find_preset(name: str) -> Preset:
    """The preset called name; raise ConfigError that lists them."""
    try:
        return PRESETS[name]
    except (KeyError, TypeError):  # a TypeError where name is of a kind that nothing is called by
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, got {name!r}") from None
