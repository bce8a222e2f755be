"""Run configurations as JSON objects, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ganlab.config.choice import Choice, listed
from ganlab.config.optimizer import OptimizerConfig, parse_optimizer
from ganlab.config.settings import MANY, Settings
from ganlab.errors import ConfigError


def as_json(run: Settings) -> dict[str, Any]:
    """Plain dictionaries, lists, numbers and text; `settings_in` reads them back."""
    out: dict[str, Any] = {}
    for item in fields(run):
        value = getattr(run, item.name)
        if isinstance(value, Choice):
            value = value.to_json()
        elif isinstance(value, tuple):
            value = [one.to_json() for one in value]
        elif isinstance(value, OptimizerConfig):
            value = {part.name: getattr(value, part.name) for part in fields(value)}
        out[item.name] = value
    return out


def settings_in(given: Any) -> dict[str, Any]:
    """The settings in a JSON object, by name; ConfigError if it holds anything else."""
    if not isinstance(given, Mapping):
        raise ConfigError(f"a configuration must be a JSON object, got {type(given).__name__}")
    known = {item.name for item in fields(Settings)}
    unknown = set(given) - known
    if unknown:
        raise ConfigError(f"a configuration has no field {listed(unknown)}")
    values = dict(given)
    for name in ("d_optimizer", "g_optimizer"):
        if name in values:
            values[name] = parse_optimizer(name, values[name])
    for name in MANY:
        if name in values and not isinstance(values[name], list | tuple):
            raise ConfigError(f"{name} must be a list, got {values[name]!r}")
    return values
