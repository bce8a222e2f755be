"""What a choice is: a name, a callable found on demand, parameters with range and meaning.

The catalogue imports nothing heavy, so that pages and the command line can list every choice,
draw a form for it and refuse a wrong one without loading torch.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ganlab.errors import ConfigError
from ganlab.records import Parameter, Value, checked

__all__ = ["Parameter", "Spec", "Value", "checked", "find"]


@dataclass(frozen=True)
class Spec:
    """One entry of a table of choices."""

    target: str
    """Where the callable is: 'package.module:attribute'."""
    summary: str
    formula: str = ""
    """In LaTeX."""
    source: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    """Plain facts that others ask for: channels of a data set, kind of a network."""

    @property
    def space(self) -> str:
        """What it is for where it is not for all, as a record has it."""
        return self.traits.get("space", "")

    def load(self) -> Callable[..., Any]:
        """Import and return the callable."""
        module, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module), attribute)


def find(table: Mapping[str, Spec], kind: str, name: str) -> Spec:
    """The entry called name in a table of that kind; raise ConfigError that lists what there is."""
    try:
        return table[name]
    except KeyError:
        raise ConfigError(f"{kind} must be one of {', '.join(table)}, got {name!r}") from None
