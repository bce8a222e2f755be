"""What presets came to: the file that ships holds every preset that is compared."""

import json

import pytest

from ganlab.bench.published import FILE, reached
from ganlab.errors import DataError
from ganlab.paths import TABLES


def test_figures_are_those_of_the_file():
    rows = json.loads((TABLES / FILE).read_text(encoding="utf-8"))["rows"]
    for row in rows:
        found = reached(row["name"])
        assert (found.frechet, found.steps) == (row["scores"]["frechet"], row["steps"])


def test_the_table_of_the_readme_is_that_of_the_file():
    rows = json.loads((TABLES / FILE).read_text(encoding="utf-8"))["rows"]
    lines = [line(f"`{row['name']}`", row["scores"], f"{row['steps']:,}") for row in rows]
    lines.append(line("real digits", rows[0]["scores"]["floor"], ""))
    assert "\n".join(lines) in (TABLES / "README.md").read_text(encoding="utf-8")


def line(name, scores, steps):
    """A row of the table of systems."""
    shares = (f"{scores[one]:.3f}" for one in ("coverage", "density", "recall"))
    confidence, entropy = f"{100 * scores['confidence']:.1f}", f"{scores['class_entropy']:.3f}"
    cells = (name, f"{scores['frechet']:.2f}", *shares, confidence, entropy, steps)
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def test_what_was_not_compared_came_to_nothing(tmp_path):
    assert reached("ring") is None
    assert reached("r3gan", tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", '{"rows": [{"name": "r3gan"}]}'])
def test_a_file_without_rows_is_refused_in_a_sentence(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DataError, match="holds no comparison"):
        reached("r3gan", tmp_path)
