"""What is said of a setting: the record of each field of a run's configuration."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Any

from ganlab.config.choice import Choice
from ganlab.registry import Parameter, Value


@dataclass(frozen=True)
class Setting(Parameter):
    """A plain number or word of a configuration, or what is chosen from the records of a kind."""

    kind: str = ""
    """The kind of the records that it is chosen from; '' for a plain value."""
    many: bool = False
    """Whether it is any number of choices."""
    rare: bool = False
    """Whether few people ever change it: its widget stands in a drawer."""
    space: str = ""
    """What it is for where it is not for all: "points", "pictures" or "superres"."""


def setting(
    default: Value, title: str, help: str, low: float = 0.0, high: float = 0.0, **more: Any
) -> Any:
    """A field of a plain value: its default, what people call it, one sentence, its range."""
    record = Setting(default, help, low, high, title=title, **more)
    return field(default=default, metadata={"setting": record})


def chosen(kind: str, default: str, title: str, help: str, **more: Any) -> Any:
    """A field of one choice from the records of a kind."""
    record = Setting(default, help, title=title, kind=kind, **more)
    return field(default_factory=lambda: Choice(default), metadata={"setting": record})


def several(kind: str, title: str, help: str, **more: Any) -> Any:
    """A field of any number of choices from the records of a kind."""
    record = Setting("", help, title=title, kind=kind, many=True, **more)
    return field(default=(), metadata={"setting": record})


def record_of(one: "Field[Any]") -> Setting | None:
    """The record of a field; None where the field has parts of its own."""
    return one.metadata.get("setting")


@cache
def settings_of(config: Any) -> Mapping[str, Setting]:
    """The records of a dataclass by path; those of an optimiser below the name of its player."""
    found: dict[str, Setting] = {}
    for one in fields(config):
        record = record_of(one)
        if record is not None:
            found[one.name] = record
        elif one.default_factory is not MISSING:
            parts = settings_of(one.default_factory)
            found |= {f"{one.name}.{name}": part for name, part in parts.items()}
    return found
