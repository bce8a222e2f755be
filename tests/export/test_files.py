import csv
import io

import numpy as np
import pytest
import torch

from ganlab.errors import RunError
from ganlab.export.files import generator_file, grid_png, metrics_csv, players_file
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import to_png
from ganlab.jobs.worker import work
from ganlab.training.checkpoint import load_tensors


@pytest.fixture
def record(store, tiny) -> RunFolder:
    return store.create(tiny)


def test_csv_reads_back_as_the_columns(record):
    rng = np.random.default_rng(1)
    recorder = Recorder(record, ("d_loss", "g_loss"))
    for k, step in enumerate([1, 70, 99_999_999]):
        values = {"d_loss": float(rng.normal()), "g_loss": 1e-30 if k else float("nan")}
        recorder.write(metric=(step, step / 7, values))
    recorder.close()
    rows = list(csv.reader(io.StringIO(metrics_csv(record).decode())))
    columns = record.columns()
    assert rows[0] == list(columns) == ["step", "seconds", "d_loss", "g_loss"]
    for place, name in enumerate(columns):
        read = [float(row[place]) if row[place] else np.nan for row in rows[1:]]
        np.testing.assert_allclose(read, columns[name], rtol=1e-7)
    assert rows[1][3] == ""
    assert [int(row[0]) for row in rows[1:]] == [1, 70, 99_999_999]


def test_csv_holds_what_was_measured_at_the_steps_where_it_was(record):
    recorder = Recorder(record, ("d_loss",))
    for step in (10, 20):
        recorder.write(metric=(step, step / 10, {"d_loss": 0.5}))
    for step, n in ((20, 300), (25, 300), (25, 1000)):
        quality = {"features": "eyes", "step": step, "n": n, "k": 5, "frechet": step / 4}
        recorder.write(quality=quality)
    recorder.close()
    rows = list(csv.reader(io.StringIO(metrics_csv(record).decode())))
    assert rows == [
        ["step", "seconds", "d_loss", "frechet_n300", "frechet_n1000"],
        ["10", "1", "0.5", "", ""],
        ["20", "2", "0.5", "5", ""],
        ["25", "", "", "6.25", "6.25"],
    ]


def test_csv_of_a_run_without_rows_is_its_header(record):
    assert metrics_csv(record) == b"step,seconds\n"


def test_pictures_of_a_run_without_any_are_refused_in_one_sentence(record):
    with pytest.raises(RunError, match="has no pictures yet"):
        grid_png(record)


def test_the_grid_is_the_newest_sample_or_that_of_a_step(record):
    recorder = Recorder(record, ())
    sprites = [to_png(np.full((8, 8), 20 * k, np.uint8)) for k in range(10)]
    for k, picture in enumerate(sprites):
        recorder.write(sample=(k, picture))
    recorder.close()
    assert grid_png(record) == sprites[-1]
    assert grid_png(record, 3) == sprites[3]


def card(content: bytes, path) -> tuple[dict, set[str]]:
    """The card of an exported file, and whose weights it holds."""
    path.write_bytes(content)
    tensors, facts = load_tensors(path)
    return facts["card"], {name.partition(".")[0] for name in tensors}


@pytest.mark.parametrize(
    ("ema", "which", "name"), [(0.0, "G itself", "G"), (0.9, "the averaged G", "G_mean")]
)
def test_a_card_says_which_g_it_is(store, tiny, tmp_path, ema, which, name):
    record = store.create(tiny.with_values({"ema": ema, "steps": 2}), "tiny", "digits")
    work(record, "cpu")
    stored, whose = card(generator_file(record), tmp_path / "g")
    assert (stored["what"], whose) == (f"fast28 on digits, {which}", {name})
    stored, whose = card(players_file(record), tmp_path / "both")
    assert (stored["what"], whose) == (f"fast28 on digits, {which} and its D", {name, "D"})


def test_a_card_holds_the_device_and_the_threads_of_the_run(store, tiny, tmp_path, monkeypatch):
    record = store.create(tiny.with_values({"steps": 2}), "tiny", "digits")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    work(record, "cpu")
    stored, _ = card(generator_file(record), tmp_path / "g")
    assert stored["hardware"].endswith(", 3 threads")
    assert stored["command"].endswith(" --device cpu --threads 3")
    assert "--set steps=2" in stored["command"]
    record.set_facts(device="cuda", device_name="A card", threads=1)
    stored, _ = card(generator_file(record), tmp_path / "g")
    assert stored["hardware"] == "A card, 1 thread"
    assert stored["command"].endswith(" --device cuda")
