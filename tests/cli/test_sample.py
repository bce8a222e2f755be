import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def model(lab, digits_run) -> tuple[str, str]:
    record = digits_run()
    return record.id, str(record.checkpoint)


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
