import json

import numpy as np
import pytest
import torch
from PIL import Image

from ganlab.cli.main import main
from ganlab.config import Choice, RunConfig
from ganlab.jobs.samples import from_png
from ganlab.trained.generator import load
from ganlab.training.checkpoint import save_tensors
from ganlab.training.tasks.pictures import build_networks


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A conditional G that has learned nothing: commands are the same for it."""
    config = RunConfig(data=Choice("digits"), network=Choice("conditional", {"width": 4}))
    torch.manual_seed(0)
    G, _ = build_networks(config)
    path = tmp_path_factory.mktemp("models") / "raw.safetensors"
    tensors = {f"G_mean.{name}": value for name, value in G.state_dict().items()}
    save_tensors(path, tensors, {"config": config.to_json()})
    return path


def run(capsys, *arguments):
    code = main([str(one) for one in arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_labels_are_written_in_one_row_and_the_same_seed_gives_the_same_bytes(
    model, tmp_path, capsys
):
    files = [tmp_path / f"{k}.png" for k in range(3)]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        command = ("sample", model, "--labels", "20261122", "--seed", seed, "--out", file)
        assert run(capsys, *command)[0] == 0
    row = from_png(files[0].read_bytes())
    assert row.shape == (28, 8 * 28)
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    whole = load(model).sample(8, [2, 0, 2, 6, 1, 1, 2, 2], seed=7)
    np.testing.assert_array_equal(row[:, 28:56], whole[1, 0])


def test_a_balanced_set_comes_with_its_labels_and_repeats_to_the_byte(model, tmp_path, capsys):
    files = [tmp_path / f"{k}.npz" for k in range(2)]
    for file in files:
        run(capsys, "sample", model, "--n", 40, "--balanced", "--seed", 0, "--out", file)
    assert files[0].read_bytes() == files[1].read_bytes()
    with np.load(files[0], allow_pickle=False) as stored:
        assert stored["images"].shape == (40, 28, 28)
        assert stored["images"].dtype == np.uint8
        assert stored["labels"].dtype == np.int64
        assert np.bincount(stored["labels"]).tolist() == [4] * 10


def test_a_walk_is_a_moving_picture_that_opens(model, tmp_path, capsys):
    file = tmp_path / "walk.gif"
    code, out, _ = run(
        capsys, "walk", model, "--from", 1, "--to", 5, "--frames", 12, "--out", file, "--json"
    )
    assert code == 0
    assert json.loads(out)["frames"] == 12
    with Image.open(file) as gif:
        assert gif.n_frames == 12
        assert gif.info["loop"] == 0
        assert gif.size == (224, 224)
    strip = tmp_path / "walk.png"
    run(capsys, "walk", model, "--frames", 5, "--out", strip)
    assert from_png(strip.read_bytes()).shape == (28, 5 * 28)


def test_a_walk_comes_as_numbers_too_and_points_come_as_nothing_else(model, tmp_path, capsys):
    file = tmp_path / "walk.npz"
    run(capsys, "walk", model, "--frames", 5, "--out", file)
    with np.load(file) as stored:
        assert stored["images"].shape == (5, 28, 28)
        assert len(stored["z"]) == 5
    assert run(capsys, "walk", "playground-ring", "--frames", 7, "--out", file)[0] == 0
    with np.load(file) as stored:
        points, z = stored["points"], stored["z"]
    ring = load("playground-ring")
    np.testing.assert_array_equal(points, ring.points(torch.from_numpy(z)))
    np.testing.assert_allclose(z[[0, -1]], ring.z(2, 0).numpy())
    code, _, err = run(capsys, "walk", "playground-ring", "--out", tmp_path / "walk.gif")
    assert code == 2
    assert "makes points: --out must end in .npz" in err


@pytest.mark.slow
def test_whether_generated_digits_help_is_printed_with_its_interval(capsys):
    command = ("augment", "digits-cgan", "--k", 1, "--n", 1, "--seeds", 2, "--steps", 20)
    code, out, err = run(capsys, *command, "--json")
    assert code == 0
    printed = json.loads(out)
    assert printed["pairs"] == 2
    assert printed["real"] == printed["generated"] == [1] * 10
    assert printed["data"] == "digits"
    assert (
        printed["difference"]["low"]
        <= printed["difference"]["mean"]
        <= printed["difference"]["high"]
    )
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["share"] for line in lines] == [0.25, 0.5, 0.75, 1.0]
    _, table, progress = run(capsys, *command)
    assert printed["verdict"] in table
    assert len(progress.splitlines()) == 4


def test_a_judgement_says_n_the_features_and_the_floor(model, capsys):
    code, out, _ = run(capsys, "evaluate", model, "--n", 200, "--json")
    scores = json.loads(out.splitlines()[-1])
    assert code == 0
    assert scores["n"] == 200 == scores["n_real"]
    assert scores["features"] == "ganlab-mnist-cnn v1"
    assert scores["floor"]["n"] == 10_000
    assert len(scores["accuracy_by_class"]) == 10
    assert np.sum(scores["confusion"]) == 200
    assert scores["accuracy"] < 0.5  # it has learned nothing, and the score says so
    assert scores["frechet"] > 5
    assert sum(scores["classes"]) == pytest.approx(1.0)
    assert sum(scores["real_classes"]) == pytest.approx(1.0)
    assert scores["birthdays"]["n"] == 200
    assert 0 <= scores["birthdays"]["pairs"] <= 200 * 199 // 2
    _, table, _ = run(capsys, "evaluate", model, "--n", 200)
    assert "ganlab-mnist-cnn v1" in table
    assert f"{scores['birthdays']['pairs']:,} pairs among 200" in table


def test_a_cut_checkpoint_and_one_with_a_pickle_are_refused_in_one_sentence(
    model, tmp_path, capsys
):
    cut, pickled = tmp_path / "cut.safetensors", tmp_path / "pickled.safetensors"
    cut.write_bytes(model.read_bytes()[:5_000])
    torch.save({"G": torch.zeros(2)}, pickled)
    for file in (cut, pickled):
        code, _, err = run(capsys, "sample", file, "--out", tmp_path / "x.png")
        assert code == 1
        assert "no whole safetensors file" in err
        assert err.count("\n") == 1
