"""A name from one of the catalogue's tables, with the values of its parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ganlab.catalogue import TABLES, Value, find
from ganlab.errors import ConfigError


@dataclass(frozen=True)
class Choice:
    """A name from one of the catalogue's tables, with the values of its parameters."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def parse(cls, field_name: str, given: Any) -> "Choice":
        """Check given (a name, a mapping with 'name', or a Choice) and fill in the defaults."""
        if isinstance(given, Choice) and isinstance(given.values, Mapping):
            given = given.to_json()
        if isinstance(given, str):
            given = {"name": given}
        if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
            raise ConfigError(
                f"{field_name} must be a name or an object with a name, got {given!r}"
            )
        spec = find(TABLES[field_name], field_name, given["name"])
        unknown = set(given) - {"name"} - set(spec.parameters)
        if unknown:
            known = ", ".join(spec.parameters) or "no parameters"
            raise ConfigError(f"{given['name']} has {known}, got {listed(unknown)}")
        values = {
            name: parameter.check(f"{field_name}.{name}", given.get(name, parameter.default))
            for name, parameter in spec.parameters.items()
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
