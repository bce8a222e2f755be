"""A run in one file: what is written is read, and played on from."""

import numpy as np
import pytest
from safetensors.numpy import load as read_arrays

from ganlab.errors import CheckpointError
from ganlab.jobs.recording import FRAMES, adopt, read_recording, write_recording
from ganlab.jobs.worker import Worker
from ganlab.trained.generator import load
from ganlab.training.checkpoint import load_run


@pytest.fixture
def trained(store, ring_run):
    return ring_run()


def test_a_story_tells_what_the_run_holds(trained, tmp_path):
    path = tmp_path / "story.safetensors"
    write_recording(trained, path)
    recording = read_recording(path)
    assert recording.facts["config"] == trained.config().to_json()
    assert recording.facts["progress"]["step"] == 12
    assert 0 < len(recording.frames) <= FRAMES
    step, arrays = recording.frames[-1]
    whole = read_arrays(trained.sample(step)[1])
    for name, array in arrays.items():
        assert array == pytest.approx(whole[name], rel=2e-3, abs=2e-3)
    columns = trained.columns()
    assert recording.columns["step"].tolist() == columns["step"].tolist()
    assert np.array_equal(recording.columns["d_loss"], columns["d_loss"], equal_nan=True)


def test_a_story_is_played_on_from_its_step(trained, store, tmp_path):
    path = tmp_path / "story.safetensors"
    write_recording(trained, path)
    child = adopt(store, path)
    assert load_run(child.checkpoint, "cpu").step == 12
    assert load(path).sample(7).shape == (7, 2)  # the file itself is a model to draw from
    assert child.info().step == 12
    assert child.sample_steps() == [step for step, _ in read_recording(path).frames]
    child.extend_budget(5)
    assert Worker(child, "cpu").run() == "finished"
    assert child.info().step == 17
    assert child.columns()["step"][0] == trained.columns()["step"][0]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_file_that_tells_no_run_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "story.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError):
        read_recording(path)
