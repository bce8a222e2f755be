"""One comparison as text, CSV and Markdown."""

import csv
import io
import math

from ganlab.bench.tables import HEAD, as_csv, as_lines, as_markdown, plus_minus
from tests.bench.made_rows import row

ROWS = [row(), row("pacgan2", modes=(8.0, 7.0, 8.0), reverse_kl=(math.inf, 0.1, 0.1))]


def test_the_text_has_a_line_for_each_method_and_one_for_the_data_themselves():
    lines = as_lines(ROWS)
    assert len(lines) == 1 + 2 + 1
    assert len({len(line) for line in lines}) == 1
    assert lines[1].startswith("Plain GAN")
    assert "7.7 ± 0.3" in lines[2]
    assert "∞" in lines[2]
    assert "98.9" in lines[3]
    assert "0.0014" in lines[3]


def test_markdown_has_as_many_columns_in_every_line():
    table = as_markdown(ROWS).split("\n\n")[0].splitlines()
    assert len(table) == 2 + 2 + 1
    assert {line.count("|") for line in table} == {len(HEAD) + 1}
    assert "3 seeds, mean ± standard error" in as_markdown(ROWS)


def test_csv_has_a_line_a_seed_with_every_digit():
    read = list(csv.DictReader(io.StringIO(as_csv(ROWS))))
    assert [(one["remedy"], one["seed"]) for one in read] == [
        (name, str(seed)) for name in ("plain", "pacgan2") for seed in range(3)
    ]
    assert [float(one["reverse_kl"]) for one in read[3:]] == [math.inf, 0.1, 0.1]
    assert {one["n"] for one in read} == {"2500"}


def test_numbers_that_are_none_are_said_by_a_sign():
    assert plus_minus(math.inf, math.nan, 1) == "∞"
    assert plus_minus(math.nan, math.nan, 1) == "–"
    assert plus_minus(7.25, math.nan, 1) == "7.2"
    assert plus_minus(7.25, 0.05, 2) == "7.25 ± 0.05"
