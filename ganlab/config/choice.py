"""The name of a record, with the values of its parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ganlab.errors import ConfigError
from ganlab.registry import Value, find


@dataclass(frozen=True)
class Choice:
    """The name of a record, with the values of its parameters."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def parse(cls, kind: str, given: Any, called: str = "") -> "Choice":
        """Check given (a name, a mapping with 'name', or a Choice) and fill in the defaults.

        called is what errors call the setting, where that is not the kind of its records.
        """
        called = called or kind
        if isinstance(given, Choice) and isinstance(given.values, Mapping):
            given = given.to_json()
        if isinstance(given, str):
            given = {"name": given}
        if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
            raise ConfigError(f"{called} must be a name or an object with a name, got {given!r}")
        record = find(kind, given["name"], called)
        unknown = set(given) - {"name"} - set(record.parameters)
        if unknown:
            known = ", ".join(record.parameters) or "no parameters"
            raise ConfigError(f"{given['name']} has {known}, got {listed(unknown)}")
        values = {
            name: parameter.check(f"{called}.{name}", given.get(name, parameter.default))
            for name, parameter in record.parameters.items()
        }
        return cls(given["name"], values)

    def to_json(self) -> dict[str, Value]:
        """{'name': …, parameter: value, …}."""
        return {"name": self.name, **self.values}

    def __str__(self) -> str:
        inside = ", ".join(f"{name} {value}" for name, value in self.values.items())
        return f"{self.name} ({inside})" if inside else self.name


def listed(names: Iterable[Any]) -> str:
    """Names in order, with commas between."""
    return ", ".join(sorted(map(str, names)))
