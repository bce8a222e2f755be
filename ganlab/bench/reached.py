"""What presets came to in the lab's own comparison: what `bench systems --json` printed ships."""

import json
from dataclasses import dataclass
from pathlib import Path

from ganlab.errors import DataError
from ganlab.paths import TABLES

FILE = "systems.json"


@dataclass(frozen=True)
class Reached:
    """What one preset came to with as many CPU seconds as every other."""

    data: str
    device: str
    cpu_seconds: float
    """Of the training."""
    steps: int
    features: str
    """In which the distance was taken."""
    n: int
    """How many pictures were judged."""
    frechet: float
    floor: float
    """The distance of as many real pictures."""
    coverage: float


def reached(preset: str, folder: Path = TABLES) -> Reached | None:
    """What that preset came to; None if it was not compared. DataError for a file without rows."""
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
            f"{FILE} holds no comparison: write it anew with 'bench systems --json'"
        ) from error
