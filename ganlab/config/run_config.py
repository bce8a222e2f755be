"""RunConfig: everything that determines a run, and its values by path.

A value is reached by its path: `batch`, `d_optimizer.lr`, `loss`, `loss.smoothing`,
`penalties.r1.gamma`. The command line's --set, the pages' forms, a share link and a knob that is
turned while a run trains all go through `RunConfig.with_values`.
"""

import hashlib
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import Any

from ganlab.config.choice import Choice, listed
from ganlab.config.fit import check_fit
from ganlab.config.optimizer import OptimizerConfig, parse_optimizer
from ganlab.config.settings import FIXED, MANY, Settings, entries
from ganlab.errors import ConfigError, UnknownName
from ganlab.registry import Transform, Value, table

_drafting: ContextVar[bool] = ContextVar("drafting", default=False)


@dataclass(frozen=True)
class RunConfig(Settings):
    """Everything that determines a run: on one kind of device, equal ones give equal runs."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _drafting.get():
            check_fit(self)

    # --- JSON -------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, lists, numbers and text; `from_json` gives an equal configuration."""
        out: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Choice):
                value = value.to_json()
            elif isinstance(value, tuple):
                value = [one.to_json() for one in value]
            elif isinstance(value, OptimizerConfig):
                value = {part.name: getattr(value, part.name) for part in fields(value)}
            out[item.name] = value
        return out

    @classmethod
    def from_json(cls, given: Any) -> "RunConfig":
        """The configuration in a JSON object; missing fields take their defaults."""
        try:
            return cls(**_settings_in(given))
        except UnknownName as error:
            raise UnknownName(
                f"{error}; if a plug-in brought it, name the plug-in's folder in GANLAB_PLUGINS"
            ) from None

    def hash(self) -> str:
        """Ten hexadecimal digits that equal configurations share."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    # --- paths ------------------------------------------------------------------------------------

    def get(self, path: str) -> Any:
        """The value at a path; raise ConfigError that lists the paths if there is none."""
        flat = self.flat()
        if path in flat:
            return flat[path]
        if path in ("d_optimizer.name", "g_optimizer.name"):
            return flat[path.removesuffix(".name")]
        whole = {item.name for item in fields(self)}
        if path in whole:
            return self.to_json()[path]
        raise ConfigError(f"a configuration has no setting {path!r}; it has {', '.join(flat)}")

    def flat(self) -> dict[str, Value]:
        """Every setting by path. A choice stands under its own name, its parameters below it."""
        out: dict[str, Value] = {}
        for name, value in self.to_json().items():
            if name in MANY:
                out[name] = ",".join(one["name"] for one in value)
                for one in value:
                    out |= {f"{name}.{one['name']}.{k}": v for k, v in one.items() if k != "name"}
            elif isinstance(value, dict):
                out[name] = value["name"]
                out |= {f"{name}.{k}": v for k, v in value.items() if k != "name"}
            else:
                out[name] = value
        return out

    def with_values(self, values: Mapping[str, Any]) -> "RunConfig":
        """A copy with the values at these paths; raise ConfigError for a wrong path or value."""
        if not isinstance(values, Mapping):
            raise ConfigError(f"values must be an object of paths and values, got {values!r}")
        config = self
        draft = _drafting.set(True)  # what fits together is asked once all values are in
        try:
            for path, value in values.items():
                config = config._with_value(path, value)
        finally:
            _drafting.reset(draft)
        return replace(config)

    def _with_value(self, path: str, value: Any) -> "RunConfig":
        if not isinstance(path, str):
            raise ConfigError(f"a setting's path must be text, got {path!r}")
        top, _, rest = path.partition(".")
        if top not in {item.name for item in fields(self)}:
            self.get(path)  # raises, and lists the paths
        is_choice = top in MANY or isinstance(getattr(self, top), Choice)
        if is_choice and rest.rpartition(".")[2] == "name":
            self.get(path)  # a choice stands under its own path; raises, and lists the paths
        if top in MANY:
            return self._with_one_of_many(top, rest, value)
        current = getattr(self, top)
        if isinstance(current, Choice):
            if not rest:
                return replace(self, **{top: value})
            return replace(self, **{top: current.to_json() | {rest: value}})
        if isinstance(current, OptimizerConfig):
            if isinstance(value, OptimizerConfig) and not rest:
                value = {part.name: getattr(value, part.name) for part in fields(value)}
            if isinstance(value, Mapping) and not rest:
                changed: dict[str, Any] = dict(value)
            else:
                changed = {rest or "name": value}
            merged = {part.name: getattr(current, part.name) for part in fields(current)} | changed
            return replace(self, **{top: parse_optimizer(top, merged)})
        if rest:
            self.get(path)
        return replace(self, **{top: value})

    def _with_one_of_many(self, top: str, rest: str, value: Any) -> "RunConfig":
        have = {one.name: one.to_json() for one in getattr(self, top)}
        if not rest:
            names = entries(top, value)
            return replace(
                self, **{top: tuple(have.get(n, n) if isinstance(n, str) else n for n in names)}
            )
        name, _, parameter = rest.partition(".")
        if not parameter:
            raise ConfigError(f"write {top}.{name}.PARAMETER=value, or {top}={name}")
        have[name] = have.get(name, {"name": name}) | {parameter: value}
        return replace(self, **{top: tuple(have.values())})

    def epoch(self, count: int) -> int:
        """Steps of one pass through count real pictures; the last batch is filled from the next."""
        return -(-count // self.batch)

    def is_live(self, path: str) -> bool:
        """Whether the setting can be turned while the run trains."""
        top, _, rest = path.partition(".")
        if top == "transforms" and rest:
            name, _, parameter = rest.partition(".")
            known = table(Transform)
            parameters = known[name].parameters if name in known else {}
            return parameter in parameters and parameters[parameter].live
        return top not in FIXED

    def difference(self, other: "RunConfig") -> dict[str, tuple[Value | None, Value | None]]:
        """Path to (own value, the other's value) wherever the two differ."""
        mine, theirs = self.flat(), other.flat()
        paths = list(mine) + [path for path in theirs if path not in mine]
        return {p: (mine.get(p), theirs.get(p)) for p in paths if mine.get(p) != theirs.get(p)}


def _settings_in(given: Any) -> dict[str, Any]:
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
