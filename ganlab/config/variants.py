"""Variants: several configurations that differ in a few settings and train in lock-step.

A race of methods, a map of two knobs and a method over many seeds are all one configuration with a
list of variants. Nothing here loads torch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Data, find

MOST = 256
"""GANs that one run may hold."""
SHARED = ("data", "z_dim", "steps", "seconds")
"""What all variants have in common: the same plane, the same z, the same time axis."""


@dataclass(frozen=True)
class Variant:
    """What one GAN has of its own."""

    label: str = ""
    """What people call it."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Settings by path, as `RunConfig.with_values` takes them."""

    @classmethod
    def parse(cls, given: Any) -> "Variant":
        """A Variant from itself, from settings by path, or from what `to_json` wrote."""
        if isinstance(given, Variant):
            return given
        if not isinstance(given, Mapping):
            raise ConfigError(f"a variant must be settings by path, got {given!r}")
        if set(given) == {"label", "values"} and isinstance(given["values"], Mapping):
            return cls(str(given["label"]), dict(given["values"]))
        label = ", ".join(f"{path} {value}" for path, value in given.items())
        return cls(label or "as it is", dict(given))

    def to_json(self) -> dict[str, Any]:
        """{'label': …, 'values': {path: value}}."""
        return {"label": self.label, "values": dict(self.values)}


def varied(config: RunConfig, variants: Iterable[Any]) -> tuple[list[Variant], list[RunConfig]]:
    """The variants and the configuration of each; ConfigError if they cannot train in lock-step."""
    parsed = [Variant.parse(one) for one in variants]
    if not 1 <= len(parsed) <= MOST:
        raise ConfigError(f"a run holds 1 to {MOST} variants, got {len(parsed)}")
    members = []
    for place, variant in enumerate(parsed, start=1):
        try:
            members.append(config.with_values(variant.values))
        except ConfigError as error:
            raise ConfigError(f"variant {place} ({variant.label}): {error}") from None
    check_shared(members)
    return parsed, members


def check_shared(members: Sequence[RunConfig]) -> None:
    """Raise ConfigError if the members have not in common what they must."""
    first = members[0]
    if find(Data, first.data.name).space != "points":
        raise ConfigError("several GANs can share one run on points only, not on pictures")
    for place, other in enumerate(members[1:], start=2):
        apart = [name for name in SHARED if getattr(first, name) != getattr(other, name)]
        if apart:
            raise ConfigError(
                f"variant {place} differs from variant 1 in {', '.join(apart)}, which all variants "
                "of one run share: start a second run"
            )
