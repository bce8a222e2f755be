"""The lab's own comparison over ten seeds, which ships as `bench modes --json` printed it."""

import json
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
