"""Directions that a person has named, kept in a JSON file next to their model.

Those of a run lie in its folder and are deleted with it; those of shipped or uploaded models lie
under GANLAB_HOME.
"""

import json
import math
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.errors import ConfigError
from ganlab.files import write_file
from ganlab.paths import home
from ganlab.trained.generator import Generator

MOST = 8
"""Directions that a model keeps; as many as the page shows."""
LONGEST = 40


class NamedDirection(NamedTuple):
    """A direction with the name that it was given."""

    name: str
    vector: Tensor
    """(z_dim,), of length 1."""
    origin: str
    """A description of how it was found."""
    fresh: bool
    """Whether the model still has the weights that it had when the direction was named."""


def file_of(generator: Generator) -> Path:
    """The file of the directions of a model."""
    file = generator.file
    if file is not None and file.parent.parent == home() / "runs":
        return file.parent / "directions.json"
    return home() / "directions" / f"{generator.name}.json"


def named_directions(generator: Generator) -> list[NamedDirection]:
    """The named directions of a model, oldest first; [] if none can be read."""
    found = []
    for row in _rows(file_of(generator)):
        try:
            vector = torch.tensor(row["vector"], dtype=torch.float32)
            name, origin, mark = (str(row[key]) for key in ("name", "origin", "mark"))
        except (KeyError, TypeError, ValueError, RuntimeError):
            continue  # a broken entry; the others are valid
        if vector.shape == (generator.config.z_dim,) and bool(vector.isfinite().all()):
            found.append(NamedDirection(name, vector, origin, mark == generator.mark))
    return found[:MOST]


def name_direction(generator: Generator, name: str, vector: Tensor, origin: str) -> None:
    """Keep a direction under a name and replace one of the same name.

    Raises ConfigError for an invalid name, a vector of another length, or if the model has as many
    directions as it may have.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise ConfigError(f"a direction's name must have 1 to {LONGEST} characters, got {name!r}")
    if vector.shape != (generator.config.z_dim,):
        came = "×".join(map(str, vector.shape))
        raise ConfigError(f"a direction must have {generator.config.z_dim} numbers, got {came}")
    length = float(vector.norm())
    if not math.isfinite(length) or length == 0:
        raise ConfigError("a direction must have a length, got one that goes nowhere")
    path = file_of(generator)
    rows = [row for row in _rows(path) if row.get("name") != name]
    if len(rows) >= MOST:
        raise ConfigError(f"a model keeps {MOST} directions: remove one before you name another")
    unit = [float(x) for x in vector / length]
    rows.append({"name": name, "origin": origin, "mark": generator.mark, "vector": unit})
    _write(path, rows)


def forget_direction(generator: Generator, name: str) -> None:
    """Remove the direction called name, if there is one."""
    path = file_of(generator)
    _write(path, [row for row in _rows(path) if row.get("name") != name])


def _rows(path: Path) -> list[dict[str, object]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["directions"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, json.dumps({"directions": rows}, indent=1).encode())
