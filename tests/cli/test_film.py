import pytest
from PIL import Image

from tests.cli.conftest import one_sentence


@pytest.fixture
def run_id(ganlab) -> str:
    values = ("network.width=4", "batch=600", "show_epochs=1")
    changes = [part for one in values for part in ("--set", one)]
    done = ganlab("train", "digits", *changes, "--epochs", "3", "--device", "cpu", "--json")
    return done.json["run"]


def test_a_run_becomes_a_film_with_a_frame_for_each_epoch(ganlab, run_id, lab):
    done = ganlab("film", run_id, "out.gif", "--pictures", "16", "--caption", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json == {"file": "out.gif", "frames": 3, "first": 3, "last": 9}
    with Image.open(lab / "out.gif") as gif:
        assert (gif.n_frames, gif.width) == (3, 448)
    assert "3 frames, steps 3 to 9" in ganlab("film", run_id, "out.gif").out


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["a.avi"], "must end in .gif, .webm, .mp4, got .avi"),
        (["a.gif", "--frames", "241"], "frames must be"),
        (["a.gif", "--seconds", "0"], "--seconds must be"),
        (["a.gif", "--pictures", "65"], "pictures must be"),
    ],
)
def test_wrong_use_is_one_sentence_and_leaves_no_file(ganlab, run_id, lab, more, told):
    done = ganlab("film", run_id, *more)
    assert done.status == 2
    assert one_sentence(done.err)
    assert told in done.err
    assert not list(lab.glob("a.*"))


def test_a_folder_that_is_not_there_is_a_failure_in_one_sentence(ganlab, run_id):
    done = ganlab("film", run_id, "nowhere/out.gif")
    assert done.status == 1
    assert one_sentence(done.err)
