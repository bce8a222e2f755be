"""The lab's own comparisons, which ship as `bench modes` and `bench systems` print them in JSON."""

import json
from dataclasses import dataclass
from pathlib import Path

from ganlab.bench.rows import Row
from ganlab.errors import DataError
from ganlab.paths import TABLES
from ganlab.registry import Method, table


def published(data: str, folder: Path = TABLES) -> list[Row]:
    """The rows for a data set; [] if none ship. Raises DataError for a file that holds no rows."""
    path = folder / f"modes_{data}.json"
    if not path.is_file():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row.from_json(row) for row in found["rows"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"{path.name} holds no comparison: write it again with 'bench modes --json'"
        ) from error
    return [row for row in rows if row.method in table(Method)]


# --- presets --------------------------------------------------------------------------------------


FILE = "systems.json"


@dataclass(frozen=True)
class Reached:
    """The result of one preset with the CPU seconds that every preset had."""

    data: str
    device: str
    cpu_seconds: float
    """Of the training."""
    steps: int
    features: str
    """The features in which the distance was taken."""
    n: int
    """How many pictures were scored."""
    frechet: float
    floor: float
    """The distance of as many real pictures."""
    coverage: float


def reached(preset: str, folder: Path = TABLES) -> Reached | None:
    """The result of a preset; None if it was not compared. DataError for a file without rows."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        row = next((one for one in found["rows"] if one["name"] == preset), None)
        if row is None:
            return None
        scores = row["scores"]
        return Reached(
            data=str(found["data"]),
            device=str(found["device"]),
            cpu_seconds=float(row["seconds"]),
            steps=int(row["steps"]),
            features=str(scores["features"]),
            n=int(scores["n"]),
            frechet=float(scores["frechet"]),
            floor=float(scores["floor"]["frechet"]),
            coverage=float(scores["coverage"]),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"{FILE} holds no comparison: write it again with 'bench systems --json'"
        ) from error
