import csv
import io

import numpy as np
import pytest

from ganlab.errors import RunError
from ganlab.runs.export import grid_png, metrics_csv
from ganlab.runs.journal import Journal
from ganlab.runs.record import Record
from ganlab.runs.samples import to_png


@pytest.fixture
def record(store, tiny) -> Record:
    return store.create(tiny)


def test_csv_reads_back_as_the_columns(record):
    rng = np.random.default_rng(1)
    journal = Journal(record, ("d_loss", "g_loss"))
    for k, step in enumerate([1, 70, 99_999_999]):
        values = {"d_loss": float(rng.normal()), "g_loss": 1e-30 if k else float("nan")}
        journal.write(metric=(step, step / 7, values))
    journal.close()
    rows = list(csv.reader(io.StringIO(metrics_csv(record).decode())))
    columns = record.columns()
    assert rows[0] == list(columns) == ["step", "seconds", "d_loss", "g_loss"]
    for place, name in enumerate(columns):
        read = [float(row[place]) if row[place] else np.nan for row in rows[1:]]
        np.testing.assert_allclose(read, columns[name], rtol=1e-7)
    assert rows[1][3] == ""
    assert [int(row[0]) for row in rows[1:]] == [1, 70, 99_999_999]


def test_csv_of_a_run_without_rows_is_its_header(record):
    assert metrics_csv(record) == b"step,seconds\n"


def test_pictures_of_a_run_without_any_are_refused_in_one_sentence(record):
    with pytest.raises(RunError, match="has no pictures yet"):
        grid_png(record)


def test_the_grid_is_the_newest_sample_or_that_of_a_step(record):
    journal = Journal(record, ())
    sprites = [to_png(np.full((8, 8), 20 * k, np.uint8)) for k in range(10)]
    for k, picture in enumerate(sprites):
        journal.write(sample=(k, picture))
    journal.close()
    assert grid_png(record) == sprites[-1]
    assert grid_png(record, 3) == sprites[3]
