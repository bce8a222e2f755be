"""What a choice is: a name, a callable found on demand, parameters with range and meaning.

It imports nothing heavy, so that pages can draw a form for it without loading torch.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ganlab.records import Parameter, Value, checked

__all__ = ["Parameter", "Spec", "Value", "checked"]


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
    """Plain facts that others ask for."""

    def load(self) -> Callable[..., Any]:
        """Import and return the callable."""
        module, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module), attribute)
