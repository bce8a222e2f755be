from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import one_sentence


@pytest.fixture
def model(train) -> tuple[str, str]:
    done = train().json
    return done["run"], done["checkpoint"]


def test_the_same_seed_gives_the_same_bytes_from_run_and_file(ganlab, model, lab):
    run_id, checkpoint = model
    for name, source, seed in (
        ("a.npz", run_id, 3),
        ("b.npz", checkpoint, 3),
        ("c.npz", run_id, 4),
        ("a.png", run_id, 3),
        ("b.png", run_id, 3),
    ):
        done = ganlab("sample", source, "--n", "10", "--seed", seed, "--out", name, "--json")
        assert (done.status, done.json["n"], done.json["seed"]) == (0, 10, seed)
    read = {name: (lab / name).read_bytes() for name in ("a.npz", "b.npz", "c.npz")}
    assert read["a.npz"] == read["b.npz"] != read["c.npz"]
    assert (lab / "a.png").read_bytes() == (lab / "b.png").read_bytes()
    with np.load(lab / "a.npz", allow_pickle=False) as stored:
        images = stored["images"]
    assert (images.shape, images.dtype) == ((10, 28, 28), np.uint8)
    picture = np.asarray(Image.open(lab / "a.png"))
    np.testing.assert_array_equal(picture[:28, 28:56], images[1])


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        (("--out", "a.gif"), ".png or .npz", 2),
        (("--out", "a.png", "--n", "0"), "between 1 and", 2),
        (("--out", "a.png", "--n", "many"), "--n", 2),
        (("--out", "nowhere/a.png"), "cannot be written", 1),
    ],
    ids=str,
)
def test_wrong_use_is_one_sentence(ganlab, model, lab, arguments, said, status):
    done = ganlab("sample", model[0], *arguments)
    assert done.status == status
    assert said in done.err
    assert one_sentence(done.err)
    assert not list(lab.glob("a.*"))


def test_what_is_no_model_is_told(ganlab, lab, model):
    (lab / "text.safetensors").write_text("no weights")
    whole = Path(model[1]).read_bytes()
    (lab / "half.safetensors").write_bytes(whole[: len(whole) // 2])
    for wrong in ("nonsense", "missing.safetensors", "text.safetensors", "half.safetensors"):
        done = ganlab("sample", wrong, "--out", "a.png")
        assert done.status in (1, 2)
        assert one_sentence(done.err)
