"""Points as text: in a configuration, in a share link and in CSV files. Needs no torch."""

import csv
import io
import math
from collections.abc import Sequence

from ganlab.errors import DataError

MOST_BYTES = 2_000_000
MOST_POINTS = 20_000
LARGEST = 1e6


def parse_points(text: str) -> list[tuple[float, float]]:
    """The points written as 'x,y;x,y;…'; raise DataError in one sentence otherwise."""
    return checked_points([point.split(",") for point in text.split(";") if point.strip()])


def write_points(points: Sequence[Sequence[float]]) -> str:
    """Points as the text that a configuration and a share link hold, to six digits."""
    return ";".join(f"{x:.6g},{y:.6g}" for x, y in points)


def checked_points(points: Sequence[Sequence[float | str]]) -> list[tuple[float, float]]:
    """Return points as pairs of finite numbers; raise DataError in one sentence otherwise."""
    if len(points) < 2:
        raise DataError(f"a drawing needs at least 2 points, got {len(points)}; draw some more")
    if len(points) > MOST_POINTS:
        raise DataError(
            f"a drawing may hold at most {MOST_POINTS} points, got {len(points)}; leave some out"
        )
    pairs = []
    for place, point in enumerate(points, start=1):
        try:
            x, y = (float(value) for value in point)
        except (TypeError, ValueError):
            raise DataError(f"point {place} must be two numbers, got {point!r:.60}") from None
        if not (abs(x) <= LARGEST and abs(y) <= LARGEST):
            raise DataError(
                f"point {place} must lie within ±{LARGEST:g}, got ({x:g}, {y:g}); rescale them"
            )
        pairs.append((x, y))
    if all(pair == pairs[0] for pair in pairs):
        raise DataError("a drawing needs at least 2 different points, got one place only")
    return pairs


def read_csv(content: bytes) -> tuple[tuple[float, float], ...]:
    """The points in a CSV file: two numbers a row, an optional heading row, comma or semicolon.

    Raises DataError, naming the row, for anything else.
    """
    if len(content) > MOST_BYTES:
        raise DataError(
            f"a CSV of points may have at most {MOST_BYTES // 1_000_000} MB,"
            f" got {len(content) / 1e6:.1f} MB; leave some rows out"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(
            "the file is not text: expected a CSV with two numbers a row, saved as UTF-8"
        ) from None
    first = text.lstrip().partition("\n")[0]
    delimiter = next((mark for mark in (";", "\t", ",") if mark in first), ",")
    points: list[tuple[float, float]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            cells = [cell.strip() for cell in row if cell.strip()]
            if not cells:
                continue
            pair = _pair(cells, delimiter)
            if pair is None:
                if number == 1 and not any(_number(cell, delimiter) is not None for cell in cells):
                    continue  # a heading
                raise DataError(
                    f"row {number} must hold two numbers such as 0.5,-1, got"
                    f" {delimiter.join(row)[:40]!r}"
                )
            points.append(pair)
    except csv.Error as fault:
        raise DataError(f"the file cannot be read as CSV ({fault}); save it as plain CSV") from None
    return tuple(checked_points(points))


def _pair(cells: list[str], delimiter: str) -> tuple[float, float] | None:
    if len(cells) != 2:
        return None
    x, y = (_number(cell, delimiter) for cell in cells)
    return None if x is None or y is None else (x, y)


def _number(cell: str, delimiter: str) -> float | None:
    if delimiter == ";":
        cell = cell.replace(",", ".")  # spreadsheets of many countries write 0,5;1,5
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
