"""The comparison that ships: it comes back as it was measured."""

import json
import math

import pytest

from ganlab.bench.methods import method_config
from ganlab.bench.published import published
from ganlab.bench.rows import SCORES, Row
from ganlab.bench.tables import as_markdown
from ganlab.errors import DataError
from ganlab.paths import TABLES
from ganlab.registry import Method, table
from tests.bench.made_rows import row


def test_a_row_comes_back_from_json_with_every_seed():
    made = row(reverse_kl=(0.1, math.inf, 0.2), spread=(1.0, math.nan, 1.0))
    again = Row.from_json(json.loads(json.dumps(made.to_json(), allow_nan=False)))
    assert (again.method, again.seeds, again.n, again.device) == ("plain", (0, 1, 2), 2500, "CPU")
    for score in SCORES:
        assert again.scores[score] == pytest.approx(made.scores[score], nan_ok=True)


def test_what_ships_is_read_and_what_does_not_is_no_row(tmp_path):
    rows = {"rows": [row().to_json(), row("a method of another day").to_json()]}
    (tmp_path / "modes_ring.json").write_text(json.dumps(rows))
    assert [one.method for one in published("ring", tmp_path)] == ["plain"]
    assert published("grid", tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", '{"rows": [{"remedy": "plain"}]}'])
def test_a_file_without_rows_is_refused_in_a_sentence(tmp_path, text):
    (tmp_path / "modes_ring.json").write_text(text)
    with pytest.raises(DataError, match="holds no comparison"):
        published("ring", tmp_path)


@pytest.mark.parametrize("data", ["ring", "grid"])
def test_what_ships_is_whole(data):
    rows = {one.method: one for one in published(data)}
    assert list(rows) == list(table(Method))
    for name, one in rows.items():
        assert (one.data, one.rule, one.n, one.seeds) == (data, "ball", 2_500, tuple(range(10)))
        assert one.iterations == method_config(name, data).steps


@pytest.mark.parametrize("data", ["ring", "grid"])
def test_the_table_of_the_readme_is_that_of_the_file(data):
    table, _, _ = as_markdown(published(data)).partition("\n\n")
    assert table in (TABLES / "README.md").read_text(encoding="utf-8")
