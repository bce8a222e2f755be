"""`runs compare`: runs side by side, as a table on stdout or as a file."""

import argparse
import json
from pathlib import Path
from typing import Any

from ganlab.errors import ConfigError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="two ids or more")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help=".csv: every row of the metrics; .json: settings, results and quality",
    )
    parser.add_argument(
        "--results", action="store_true", help="in a .csv: one row a run, with what was measured"
    )


def compare(chosen: argparse.Namespace) -> int:
    """Print where the runs differ and what was measured of them, or write it to a file."""
    from ganlab.export.comparison import compared, results_csv, to_csv, to_json
    from ganlab.files import write_file
    from ganlab.jobs.store import Store

    ids = list(dict.fromkeys(chosen.runs))
    if len(ids) < 2:
        raise ConfigError(f"compare takes two runs or more, got {len(ids)}")
    writers = {".csv": results_csv if chosen.results else to_csv, ".json": to_json}
    path = Path(chosen.out) if chosen.out else None
    if path is not None and path.suffix not in writers:
        raise ConfigError(f"--out must end in {' or '.join(writers)}, got {path.name}")
    if chosen.results and (path is None or path.suffix != ".csv"):
        raise ConfigError("--results is for a table: give --out a file that ends in .csv")
    records = [Store().open(one) for one in ids]
    configs = [record.config() for record in records]
    runs = [compared(record) for record in records]
    if path is not None:
        write_file(path, writers[path.suffix](runs))
        _say(json.dumps({"file": str(path)}) if chosen.json else str(path))
        return 0
    found = _found(runs, configs)
    _say(json.dumps(found) if chosen.json else _as_text(found))
    return 0


def _found(runs: Any, configs: Any) -> dict[str, Any]:
    """Each run as in the JSON file, and the settings in which they differ."""
    from ganlab.export.comparison import differences, to_json

    return {"runs": json.loads(to_json(runs)), "differences": differences(configs)}


def _as_text(found: dict[str, Any]) -> str:
    """A table of the runs: title, state, settings that differ, and scores."""
    runs = found["runs"]
    rows: list[list[str]] = [["", *(run["run"] for run in runs)]]
    rows += [[name, *(str(run[name]) for run in runs)] for name in ("title", "state", "step")]
    rows += [[path, *map(_shown, values)] for path, values in found["differences"].items()]
    scores = dict.fromkeys(name for run in runs for name in run["results"])
    scores.pop("members", None)  # of a race; a list of its own
    rows += [[name, *(_shown(run["results"].get(name, "–")) for run in runs)] for name in scores]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _say(text: str) -> None:
    print(text)  # noqa: T201
