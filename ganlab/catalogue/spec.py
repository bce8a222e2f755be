"""What a choice is: a name, a callable found on demand, parameters with range and meaning.

The catalogue imports nothing heavy, so that pages and the command line can list every choice,
draw a form for it and refuse a wrong one without loading torch.
"""

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ganlab.errors import ConfigError

Value = bool | int | float | str


@dataclass(frozen=True)
class Parameter:
    """One knob of a choice."""

    default: Value
    help: str
    """One sentence for the form, the command line's help and the card."""
    low: float = -math.inf
    high: float = math.inf
    options: tuple[str, ...] = ()
    """The allowed words, for a parameter that is a string."""
    logarithmic: bool = False
    """Whether a slider for it should move by factors."""
    live: bool = True
    """Whether it can be turned while a run trains (it changes no shape)."""

    def check(self, name: str, value: Any) -> Value:
        """Return value as this parameter's type; raise ConfigError if it does not fit."""
        return checked(name, value, type(self.default), self.low, self.high, self.options)


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

    def load(self) -> Callable[..., Any]:
        """Import and return the callable."""
        module, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module), attribute)


def checked(
    name: str,
    value: Any,
    kind: type,
    low: float = -math.inf,
    high: float = math.inf,
    options: tuple[str, ...] = (),
) -> Value:
    """Return value as kind, within [low, high] or among options; raise ConfigError otherwise.

    Text is converted, so that the command line and a share link go through the same door.
    """
    wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}[kind]
    refuse = ConfigError(f"{name} must be {wanted}, got {value!r}")
    if kind is bool:
        words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
        converted = words.get(str(value).lower())
        if converted is None:
            raise refuse
        return converted
    if kind is str:
        if options and value not in options:
            raise ConfigError(f"{name} must be one of {', '.join(options)}, got {value!r}")
        if not isinstance(value, str):
            raise refuse
        return value
    if isinstance(value, bool):
        raise refuse
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise refuse from None
    if not math.isfinite(number) or (kind is int and number != int(number)):
        raise refuse
    if not low <= number <= high:
        raise ConfigError(f"{name} must be {_range(low, high)}, got {_plain(number)}")
    return int(number) if kind is int else number + 0.0  # -0.0 is 0.0: equal values hash alike


def _range(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {_plain(low)}"
    if math.isinf(low):
        return f"at most {_plain(high)}"
    return f"between {_plain(low)} and {_plain(high)}"


def _plain(number: float) -> str:
    """All digits of a number, so that one just beyond a limit does not read like the limit."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def find(table: Mapping[str, Spec], kind: str, name: str) -> Spec:
    """The entry called name in a table of that kind; raise ConfigError that lists what there is."""
    try:
        return table[name]
    except KeyError:
        raise ConfigError(f"{kind} must be one of {', '.join(table)}, got {name!r}") from None
