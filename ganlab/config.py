"""RunConfig: everything that determines a run, in frozen dataclasses with a JSON round trip.

A value is reached by its path: `batch`, `d_optimizer.lr`, `loss`, `loss.smoothing`,
`penalties.r1.gamma`. The command line's --set, the pages' forms, a share link and a knob that is
turned while a run trains all go through `RunConfig.with_values`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ganlab.catalogue import TABLES, Value, checked, find
from ganlab.catalogue.networks import normalises_batch
from ganlab.catalogue.optimizers import DECAYS, OPTIMIZERS
from ganlab.errors import ConfigError

VERSION = 1
"""Grows when the meaning of a field changes, so that an old link is not read wrongly."""


@dataclass(frozen=True)
class Choice:
    """A name from one of the catalogue's tables, with the values of its parameters."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def parse(cls, field_name: str, given: Any) -> "Choice":
        """Check given (a name, a mapping with 'name', or a Choice) and fill in the defaults."""
        if isinstance(given, Choice):
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
            raise ConfigError(f"{given['name']} has {known}, got {_listed(unknown)}")
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


@dataclass(frozen=True)
class OptimizerConfig:
    """How one player's weights move."""

    name: str = "adam"
    lr: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: str = "none"
    """Shape of the learning rate over the run's steps."""
    floor: float = 0.0
    """Where a decay ends, as a share of lr."""

    def __post_init__(self) -> None:
        limits = {"lr": (0.0, 10.0), "beta1": (0.0, 0.9999), "beta2": (0.0, 0.99999)}
        limits |= {"epsilon": (0.0, 1.0), "floor": (0.0, 1.0)}
        for name, (low, high) in limits.items():
            object.__setattr__(self, name, checked(name, getattr(self, name), float, low, high))
        checked("optimizer", self.name, str, options=tuple(OPTIMIZERS))
        checked("decay", self.decay, str, options=tuple(DECAYS))


NUMBERS: dict[str, tuple[type, float, float]] = {
    "z_dim": (int, 1, 4096),
    "d_steps": (int, 0, 10),
    "d_warmup": (int, 0, 100_000),
    "batch": (int, 1, 65_536),
    "ema": (float, 0.0, 0.99999),
    "d_clip": (float, 0.0, 100.0),
    "steps": (int, 1, 100_000_000),
    "seconds": (float, 0.0, 10_000_000.0),
    "keep_every": (int, 0, 100_000_000),
    "keep_epochs": (int, 0, 100_000),
    "show_epochs": (int, 0, 100_000),
    "seed": (int, 0, 2**31 - 1),
}
"""Type and range of every plain number of a RunConfig."""

MANY = ("penalties", "terms", "transforms")
FIXED = ("data", "network", "noise", "z_dim", "transforms", "precision", "seed", "version", "batch")
"""What cannot be turned while a run trains: shapes, data and luck."""


_drafting: ContextVar[bool] = ContextVar("drafting", default=False)


@dataclass(frozen=True)
class RunConfig:
    """Everything that determines a run: on one kind of device, equal ones give equal runs."""

    data: Choice = field(default_factory=lambda: Choice("digits"))
    network: Choice = field(default_factory=lambda: Choice("fast28"))
    noise: Choice = field(default_factory=lambda: Choice("normal"))
    z_dim: int = 64
    loss: Choice = field(default_factory=lambda: Choice("non-saturating"))
    penalties: tuple[Choice, ...] = ()
    """Added to a player's loss."""
    terms: tuple[Choice, ...] = ()
    """What these networks add to both losses beyond the game; most add nothing."""
    transforms: tuple[Choice, ...] = ()
    """What stands before D, in this order."""
    strategy: Choice = field(default_factory=lambda: Choice("alternating"))
    d_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    g_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    d_steps: int = 1
    """K: how often D moves before G does, each time on a fresh batch."""
    d_warmup: int = 0
    """Steps in which D alone learns before G starts."""
    d_clip: float = 0.0
    """D's weights are clipped to ±d_clip after each of its steps; 0 leaves them."""
    batch: int = 64
    ema: float = 0.999
    """Decay of the averaged G, which makes the pictures; 0 shows G itself."""
    precision: str = "auto"
    """auto takes bfloat16 where the device is fast at it."""
    steps: int = 20_000
    """Budget, and the horizon of the learning rates' decay."""
    seconds: float = 0.0
    """Budget of training time; 0 is none."""
    keep_every: int = 0
    """A run on pictures keeps its whole state every so many steps; 0 keeps some as time allows."""
    keep_epochs: int = 0
    """The same at the end of every so many passes through the data."""
    show_epochs: int = 0
    """It also looks at its fixed z at the end of every so many passes, for a film of them."""
    seed: int = 0
    version: int = VERSION

    def __post_init__(self) -> None:
        for name in ("data", "network", "noise", "loss", "strategy"):
            object.__setattr__(self, name, Choice.parse(name, getattr(self, name)))
        for name in MANY:
            parsed = tuple(Choice.parse(name, one) for one in getattr(self, name))
            names = [one.name for one in parsed]
            if len(set(names)) != len(names):
                raise ConfigError(f"{name} must name each entry once, got {', '.join(names)}")
            object.__setattr__(self, name, parsed)
        for name, (kind, low, high) in NUMBERS.items():
            object.__setattr__(self, name, checked(name, getattr(self, name), kind, low, high))
        checked("precision", self.precision, str, options=("auto", "float32", "bfloat16"))
        object.__setattr__(self, "version", checked("version", self.version, int))
        if self.version != VERSION:
            raise ConfigError(
                f"this configuration is of version {self.version} and this ganlab reads version "
                f"{VERSION}: update ganlab"
            )
        if not _drafting.get():
            self._check_fit()

    def _check_fit(self) -> None:
        """What is chosen in one place fits what is chosen in another."""
        data, network = TABLES["data"][self.data.name], TABLES["network"][self.network.name]
        if data.traits["space"] != network.traits["space"]:
            raise ConfigError(
                f"network {self.network.name} makes {network.traits['space']} and data "
                f"{self.data.name} holds {data.traits['space']}: choose a pair that fits"
            )
        for one in self.transforms:
            space = TABLES["transforms"][one.name].traits.get("space", data.traits["space"])
            if space != data.traits["space"]:
                raise ConfigError(
                    f"{one.name} is for {space}, and {self.data.name} holds {data.traits['space']}"
                )
        packs = [int(one.values["m"]) for one in self.transforms if one.name == "packing"]
        if packs and self.batch % packs[0]:
            raise ConfigError(
                f"batch must be a multiple of transforms.packing.m, which is {packs[0]}, got "
                f"{self.batch}: try {max(self.batch // packs[0], 1) * packs[0]}"
            )

        if network.traits.get("conditional") and any(o.name == "packing" for o in self.transforms):
            raise ConfigError(
                f"network {self.network.name} tells D the label of each picture, and packing hands "
                "it several at once: choose another network"
            )
        if network.traits.get("offers") and any(o.name == "packing" for o in self.transforms):
            raise ConfigError(
                f"network {self.network.name} looks at each picture alone, and packing joins "
                "several: choose another network"
            )
        self._check_penalties()
        self._check_what_terms_need()
        self._check_codes()

    def _check_penalties(self) -> None:
        """What penalties ask of D holds for the networks and the data."""
        network = TABLES["network"][self.network.name]
        mixed = normalises_batch(network, self.network.values)
        for one in self.penalties:
            if mixed and TABLES["penalties"][one.name].traits.get("kind") == "samples":
                way = " or d_norm none" if network.traits["batch_norm"] == "d_norm" else ""
                raise ConfigError(
                    f"{one.name} asks how steep D is at each sample, and batch norm in the D of "
                    f"{self.network.name} mixes the samples: choose networks without it{way}, or "
                    "no such penalty"
                )
            if one.values.get("every", 1) != 1 and network.traits["space"] == "points":
                # Huang et al. 2024 found that a lazy penalty no longer calms the small games.
                raise ConfigError(
                    f"penalties.{one.name}.every must be 1 on points, got {one.values['every']}: "
                    "their games need the penalty in every step"
                )

    def _check_what_terms_need(self) -> None:
        """Each term finds in the networks what it works with, and a move that asks for it."""
        if self.terms and self.strategy.name == "shared":
            raise ConfigError(
                "the strategy shared knows no terms: choose alternating, or leave the terms out"
            )
        offered = TABLES["network"][self.network.name].traits.get("offers", ())
        for one in self.terms:
            needed = TABLES["terms"][one.name].traits["needs"]
            if needed not in offered:
                fit = [
                    k for k, v in TABLES["network"].items() if needed in v.traits.get("offers", ())
                ]
                raise ConfigError(
                    f"the term {one.name} needs networks with {needed}, which {self.network.name}"
                    f" has not: choose {_listed(fit)}, or leave the term out"
                )

    def _check_codes(self) -> None:
        """Networks that read codes get some, and the codes have room in z."""
        wanted = TABLES["network"][self.network.name].traits.get("noise", self.noise.name)
        if self.noise.name != wanted:
            raise ConfigError(
                f"{self.network.name} needs the noise {wanted}, got {self.noise.name}: choose both"
            )
        inside = TABLES["noise"][self.noise.name].traits.get("inside_z", ())
        least = sum(int(self.noise.values[name]) for name in inside)
        if self.z_dim < least:
            raise ConfigError(f"z_dim must be at least {least} to hold the codes, got {self.z_dim}")

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
        if not isinstance(given, Mapping):
            raise ConfigError(f"a configuration must be a JSON object, got {type(given).__name__}")
        known = {item.name for item in fields(cls)}
        unknown = set(given) - known
        if unknown:
            raise ConfigError(f"a configuration has no field {_listed(unknown)}")
        values = dict(given)
        for name in ("d_optimizer", "g_optimizer"):
            if name in values:
                values[name] = _optimizer(name, values[name])
        for name in MANY:
            if name in values and not isinstance(values[name], list | tuple):
                raise ConfigError(f"{name} must be a list, got {values[name]!r}")
        return cls(**values)

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
        config = self
        draft = _drafting.set(True)  # what fits together is asked once all values are in
        try:
            for path, value in values.items():
                config = config._with_value(path, value)
        finally:
            _drafting.reset(draft)
        return replace(config)

    def _with_value(self, path: str, value: Any) -> "RunConfig":
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
            changed = dict(value) if isinstance(value, Mapping) else {rest or "name": value}
            merged = {part.name: getattr(current, part.name) for part in fields(current)} | changed
            return replace(self, **{top: _optimizer(top, merged)})
        if rest:
            self.get(path)
        return replace(self, **{top: value})

    def _with_one_of_many(self, top: str, rest: str, value: Any) -> "RunConfig":
        have = {one.name: one.to_json() for one in getattr(self, top)}
        if not rest:
            names = [n for n in value.split(",") if n] if isinstance(value, str) else value
            if not isinstance(names, list | tuple):
                raise ConfigError(
                    f"{top} must be names with commas between or a list, got {value!r}"
                )
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
            parameters = TABLES[top][name].parameters if name in TABLES[top] else {}
            return parameter in parameters and parameters[parameter].live
        return top not in FIXED

    def difference(self, other: "RunConfig") -> dict[str, tuple[Value | None, Value | None]]:
        """Path to (own value, the other's value) wherever the two differ."""
        mine, theirs = self.flat(), other.flat()
        paths = list(mine) + [path for path in theirs if path not in mine]
        return {p: (mine.get(p), theirs.get(p)) for p in paths if mine.get(p) != theirs.get(p)}


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(sorted(map(str, names)))


def _optimizer(name: str, given: Any) -> OptimizerConfig:
    if isinstance(given, OptimizerConfig):
        return given
    if not isinstance(given, Mapping):
        raise ConfigError(f"{name} must be an object, got {given!r}")
    known = {item.name for item in fields(OptimizerConfig)}
    unknown = set(given) - known
    if unknown:
        raise ConfigError(f"{name} has {_listed(known)}, got {_listed(unknown)}")
    try:
        return OptimizerConfig(**given)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
