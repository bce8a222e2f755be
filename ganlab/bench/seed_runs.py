"""A method over several seeds as one stored run, and its row in the table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganlab.bench.methods import from_stored, method_config, to_stored
from ganlab.bench.rows import SCORES, Row
from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Method, checked, find

KIND = "remedy-seeds"
"""The preset's name in the record of such a run."""
MOST = 64
WORST = {"modes": 0.0, "high_quality": 0.0, "reverse_kl": math.inf, "reverse_kl_all": math.inf}
"""The scores of a GAN that diverged or has no sample of high quality; its spread is NaN."""


@dataclass(frozen=True)
class SeedRun:
    """A method on a data set over a number of seeds."""

    method: str
    data: str = "ring"
    seeds: int = 10
    steps: int = 0
    """0 takes the method's own budget."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "seeds", checked("seeds", self.seeds, int, 1, MOST))
        _ = self.config  # raises for a wrong method, data or budget

    @property
    def config(self) -> RunConfig:
        """The configuration of every seed, the same as in `bench modes`."""
        return method_config(self.method, self.data, self.steps)

    @property
    def title(self) -> str:
        """The title of the run."""
        return f"{find(Method, self.method).title} on the {self.data}, {self.seeds} seeds"

    def variants(self) -> list[dict[str, Any]]:
        """One variant per seed."""
        return [{"label": f"seed {k}", "values": {"seed": k}} for k in range(self.seeds)]

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return to_stored(vars(self))

    @classmethod
    def from_json(cls, given: Any) -> "SeedRun":
        """What `to_json` wrote; ConfigError for anything else."""
        fields = from_stored(given) if isinstance(given, Mapping) else {}
        if set(fields) != set(cls.__dataclass_fields__):
            raise ConfigError(f"a run over seeds is an object with its fields, got {given!r}")
        return cls(**fields)

    def row(
        self,
        members: Sequence[Mapping[str, Any]],
        lost: Mapping[int, int],
        iterations: int,
        seconds: float,
        device: str,
        n: int,
        modes_of: int,
    ) -> Row:
        """The row of a run that has ended; members are its results, one per seed in order."""
        found = [{} if k in lost else dict(one) for k, one in enumerate(members)]
        scores = {
            name: tuple(float(one.get(name, WORST.get(name, math.nan))) for one in found)
            for name in SCORES
        }
        return Row(
            method=self.method,
            data=self.data,
            rule="ball",
            n=n,
            modes_of=modes_of,
            seeds=tuple(range(self.seeds)),
            iterations=iterations,
            seconds=seconds,
            device=device,
            scores=scores,
        )
