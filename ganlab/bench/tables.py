"""Rows of a comparison as text, CSV and Markdown, with ceilings and floors."""

import csv
import io
import math
from collections.abc import Sequence

from ganlab.bench.methods import KEY
from ganlab.bench.rows import SCORES, Row, clocked_on
from ganlab.metrics.ceilings import bounds
from ganlab.registry import Method, find

HEAD = (
    "method",
    "modes",
    "high quality, %",
    "reverse KL",
    "spread / σ",
    "N",
    "rule",
    "iterations",
    "CPU s",
)


def cells(row: Row) -> tuple[str, ...]:
    """The cells of a row, in the order of HEAD."""
    return (
        find(Method, row.method).title,
        plus_minus(row.mean("modes"), row.error("modes"), 1),
        plus_minus(100 * row.mean("high_quality"), 100 * row.error("high_quality"), 1),
        plus_minus(row.mean("reverse_kl"), row.error("reverse_kl"), 4),
        plus_minus(row.mean("spread"), row.error("spread"), 2),
        f"{row.n:,}",
        row.rule,
        f"{row.iterations:,}",
        f"{row.seconds:,.0f}",
    )


def exact(row: Row) -> tuple[str, ...]:
    """The mean scores of as many exact samples of the data."""
    limit = bounds(row.modes_of, row.n, row.rule)
    found = (f"{limit.modes:.1f}", f"{100 * limit.high_quality:.1f}", f"{limit.reverse_kl:.4f}")
    return ("The data themselves", *found, f"{limit.spread:.2f}", f"{row.n:,}", row.rule, "", "")


def plus_minus(value: float, error: float, digits: int) -> str:
    """Mean ± standard error; '∞' and '–' where there is no number."""
    if math.isinf(value):
        return "∞"
    if math.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text if math.isnan(error) else f"{text} ± {error:.{digits}f}"


def as_lines(rows: Sequence[Row]) -> list[str]:
    """A table for a terminal: first column to the left, the others to the right."""
    table = [HEAD, *map(cells, rows), exact(rows[0])]
    wide = [max(len(line[k]) for line in table) for k in range(len(HEAD))]
    return [
        "  ".join(cell.rjust(w) if k else cell.ljust(w) for k, (cell, w) in enumerate(pairs))
        for pairs in (list(zip(line, wide, strict=True)) for line in table)
    ]


def as_markdown(rows: Sequence[Row]) -> str:
    """A table in Markdown, followed by a line that says what was compared."""
    first = rows[0]
    lines = [HEAD, ("---",) * len(HEAD), *map(cells, rows), exact(first)]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        f"{body}\n\n{first.data}, {len(first.seeds)} seeds, mean ± standard error; reverse KL over "
        f"high-quality samples; {clocked_on(first.device)}, all seeds of a method side by side.\n"
    )


def as_csv(rows: Sequence[Row]) -> str:
    """One line per seed, so that other statistics can be computed; RFC 4180."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["data", KEY, "seed", *SCORES, "modes_of", "n", "rule", "iterations", "seconds"]
    )
    for row in rows:
        for k, seed in enumerate(row.seeds):
            values = [row.scores[score][k] for score in SCORES]
            rest = [row.modes_of, row.n, row.rule, row.iterations, f"{row.seconds:.1f}"]
            writer.writerow([row.data, row.method, seed, *values, *rest])
    return out.getvalue()
