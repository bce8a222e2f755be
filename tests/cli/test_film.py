import pytest
from PIL import Image


@pytest.fixture
def run_id(ganlab) -> str:
    values = ("network.width=4", "batch=600", "show_epochs=1")
    changes = [part for one in values for part in ("--set", one)]
    done = ganlab("train", "digits", *changes, "--epochs", "3", "--device", "cpu", "--json")
    return done.json["run"]


@pytest.mark.slow
def test_a_run_becomes_a_film_with_a_frame_for_each_epoch(ganlab, run_id, lab):
    done = ganlab("film", run_id, "out.gif", "--pictures", "16", "--caption", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json == {"file": "out.gif", "frames": 3, "first": 3, "last": 9}
    with Image.open(lab / "out.gif") as gif:
        assert (gif.n_frames, gif.width) == (3, 448)
    assert "3 frames, steps 3 to 9" in ganlab("film", run_id, "out.gif").out
