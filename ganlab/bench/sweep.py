"""A sweep: one GAN for each pair of values of two knobs, as one run with many variants."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ganlab.bench.methods import PLAIN, from_stored, method_config, to_stored
from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Value, checked

SIZES = (2, 16)
"""Values a knob may have in a map."""
STEPS = 4_000
ORDINARY: dict[str, Any] = {
    "network.g_width": 32,
    "network.g_depth": 2,
    "network.g_activation": "leaky-relu",
    "network.g_gain": 1.0,
    "network.d_width": 32,
    "network.d_depth": 2,
    "network.d_gain": 1.0,
    "batch": 60,
}
"""Networks as in most papers, without the lab's own start that spares modes, and so small that 64
GANs take less than a minute on one CPU core: measured 40 s on an AMD EPYC."""
ON = {"ring": {"data.std": 0.05}}
"""Settings of the data in which a map differs from the comparison of methods: visible modes."""


@dataclass(frozen=True)
class Knob:
    """One axis of a map."""

    title: str
    """What people call it."""
    low: float
    high: float
    paths: tuple[str, ...]
    """The settings that get the value, all the same."""
    logarithmic: bool = True
    """Whether its values lie a factor apart, not a difference."""
    zero: bool = False
    """Whether its first value is 0: without."""
    whole: bool = False

    def spread(self, count: int) -> tuple[Value, ...]:
        """Count values from low to high, 0 before them if it has one; fewer where two coincide."""
        steps = count - 1 if self.zero else count
        found = [self._at(k / max(1, steps - 1)) for k in range(steps)]
        return tuple(dict.fromkeys([0 if self.whole else 0.0] * self.zero + found))

    def settings(self, value: Value) -> dict[str, Any]:
        """What a run with this value of the knob has, by path."""
        return dict.fromkeys(self.paths, value)

    def _at(self, share: float) -> Value:
        if self.logarithmic:
            exact = self.low * (self.high / self.low) ** share
        else:
            exact = self.low + (self.high - self.low) * share
        # Three digits are what a label holds, and a label is to be the value itself.
        return round(exact) if self.whole else float(f"{exact:.3g}")


KNOBS: dict[str, Knob] = {
    "d-rate": Knob("learning rate of D", 5e-5, 2e-2, ("d_optimizer.lr",)),
    "g-rate": Knob("learning rate of G", 5e-5, 2e-2, ("g_optimizer.lr",)),
    "r1": Knob("γ of R1", 0.003, 3.0, ("penalties.r1.gamma",), zero=True),
    "r1-r2": Knob("γ of R1 + R2", 0.003, 3.0, ("penalties.r1-r2.gamma",), zero=True),
    "k": Knob("K, moves of D a step", 1, 8, ("d_steps",), logarithmic=False, whole=True),
    "batch": Knob("batch", 8, 1024, ("batch",), whole=True),
    "noise": Knob(
        "σ of the instance noise", 0.01, 1.0, ("transforms.instance-noise.sigma",), zero=True
    ),
    "momentum": Knob(
        "β₁ of both", 0.0, 0.9, ("d_optimizer.beta1", "g_optimizer.beta1"), logarithmic=False
    ),
    "width": Knob("width of D", 4, 128, ("network.d_width",), whole=True),
    "seed": Knob("seed", 0, 7, ("seed",), logarithmic=False, whole=True),
}
"""The knobs that a map of many GANs can turn two at a time, with the range worth seeing."""


@dataclass(frozen=True)
class Cell:
    """One GAN of a sweep."""

    row: int
    column: int
    x: Value
    y: Value
    values: Mapping[str, Any]
    """What it changes in the sweep's base, by path."""


@dataclass(frozen=True)
class Sweep:
    """Two knobs by name, and the method and data that they are applied to."""

    x: str = "g-rate"
    y: str = "d-rate"
    size: int = 8
    method: str = PLAIN
    data: str = "ring"
    steps: int = STEPS
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            if getattr(self, name) not in KNOBS:
                raise ConfigError(
                    f"{name} must be one of {', '.join(KNOBS)}, got {getattr(self, name)!r}"
                )
        if self.x == self.y:
            raise ConfigError(f"a map needs two knobs, got {self.x!r} twice")
        object.__setattr__(self, "size", checked("size", self.size, int, *SIZES))
        _ = self.base  # raises for wrong steps, seed, method or data

    @property
    def base(self) -> RunConfig:
        """The configuration that every cell changes."""
        ordinary = {**ORDINARY, **ON.get(self.data, {})}
        return (
            method_config(self.method, self.data)
            .with_values(ordinary)
            .with_values({"steps": self.steps, "seed": self.seed})
        )

    @property
    def knobs(self) -> tuple[Knob, Knob]:
        """The knobs of x and y."""
        return KNOBS[self.x], KNOBS[self.y]

    @property
    def axes(self) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """The values of x and of y, ascending."""
        x, y = self.knobs
        return x.spread(self.size), y.spread(self.size)

    def cells(self) -> list[Cell]:
        """Row by row from the lowest y, each from the lowest x: the order of the variants."""
        (knob_x, knob_y), (xs, ys) = self.knobs, self.axes
        return [
            Cell(row, column, x, y, {**knob_y.settings(y), **knob_x.settings(x)})
            for row, y in enumerate(ys)
            for column, x in enumerate(xs)
        ]

    def variants(self) -> list[dict[str, Any]]:
        """The cells as variants of one run."""
        x, y = self.knobs
        return [
            {"label": f"{x.title} {one.x:g}, {y.title} {one.y:g}", "values": dict(one.values)}
            for one in self.cells()
        ]

    def table(self, values: Sequence[float]) -> list[list[float]]:
        """One value per cell, in the order of `cells`, as rows from the lowest y."""
        columns = len(self.axes[0])
        return [list(values[k : k + columns]) for k in range(0, len(values), columns)]

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return to_stored(asdict(self))

    @classmethod
    def from_json(cls, given: Any) -> "Sweep":
        """The sweep that `to_json` wrote; ConfigError for anything else."""
        fields = from_stored(given) if isinstance(given, Mapping) else {"": given}
        if set(fields) - set(cls.__dataclass_fields__):
            raise ConfigError(f"a sweep is an object with its fields, got {given!r}")
        return cls(**fields)
