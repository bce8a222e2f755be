"""Measured costs of the remedies as a file: those of this machine, or the ones that ship."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ganlab.errors import DataError
from ganlab.files import write_file
from ganlab.paths import TABLES, home

SHIPPED = TABLES / "remedy_costs.json"


@dataclass(frozen=True)
class Costs:
    """What `ganlab.bench.cost` measured, with all that the numbers depend on."""

    ratios: dict[str, float]
    """By remedy: CPU time of a step over that of the plain GAN."""
    device: str
    data: str
    batch: int
    members: int
    """GANs that stepped side by side."""
    rounds: int
    steps: int
    """Steps of each remedy in a round."""
    at: float = 0.0
    """When, in seconds since 1970."""

    def sentence(self) -> str:
        """How it was measured, in one line."""
        when = time.strftime("%d %b %Y", time.localtime(self.at))
        return (
            f"{self.device}, one thread, {when}: median of {self.rounds} rounds of {self.steps} "
            f"steps by turns, {self.data}, batch {self.batch}"
        )


def path() -> Path:
    """Where this machine's own measurement is kept."""
    return home() / "remedy_costs.json"


def save(costs: Costs, where: Path | None = None) -> None:
    """Write them down; raise StoreError if that cannot be."""
    where = where or path()
    where.parent.mkdir(parents=True, exist_ok=True)
    write_file(where, (json.dumps(asdict(costs), indent=2, allow_nan=False) + "\n").encode())


def read(where: Path) -> Costs:
    """The costs in a file that `save` wrote; raise DataError for any other."""
    try:
        costs = Costs(**json.loads(where.read_text(encoding="utf-8")))
        ratios = {str(name): float(ratio) for name, ratio in costs.ratios.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{where.name} holds no measured costs: measure them again") from error
    return Costs(**{**asdict(costs), "ratios": ratios})


def known() -> tuple[Costs | None, bool]:
    """The costs to show, and whether they are this machine's own; None if there are none."""
    for where, own in ((path(), True), (SHIPPED, False)):
        if where.is_file():
            try:
                return read(where), own
            except DataError:
                continue  # one that was cut says nothing; the other may
    return None, False
