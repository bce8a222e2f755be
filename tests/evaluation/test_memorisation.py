import numpy as np
import pytest
import torch

from ganlab.data.embedded import load_digits
from ganlab.evaluation import memorisation as m
from ganlab.evaluation.classifier import load_classifier
from ganlab.paths import home
from ganlab.training.checkpoint import load_tensors


@pytest.fixture
def few(monkeypatch):
    """Embedded digits in MNIST's place: the arithmetic is the same, and no download is needed."""
    data = load_digits()
    part = type(data)(data.pictures[:500], data.labels[:500], data.classes, "mnist")
    monkeypatch.setattr(m, "load_mnist", lambda split: part)
    return part


def test_a_copy_is_found_at_distance_nought_and_the_order_is_that_of_the_distances(few):
    training = m.read_training()
    found = m.nearest(few.pictures[7].numpy(), training)
    np.testing.assert_array_equal(found.pictures[0], few.pictures[7].numpy())
    assert found.distances[0] == pytest.approx(0.0, abs=0.05)  # stored in half precision
    own = load_classifier().read(few.pictures[7:8]).features.double()
    apart = (training.features.double() - own).norm(dim=1)
    assert found.distances == pytest.approx(apart.sort().values[:6].tolist(), abs=1e-3)


def test_the_features_are_kept_for_the_next_time_and_made_again_if_the_file_is_cut(
    few, monkeypatch
):
    first = m.read_training().features
    file = home() / "cache" / "mnist-train-features.safetensors"
    whole = file.read_bytes()

    def forbidden(*_):
        raise AssertionError("the features were kept")

    with monkeypatch.context() as patch:
        patch.setattr(m.DigitClassifier, "read", forbidden)
        torch.testing.assert_close(m.read_training().features, first)
    kept = file.with_name("kept.safetensors")
    kept.write_bytes(whole)
    file.write_bytes(whole[: len(whole) // 2])
    torch.testing.assert_close(m.read_training().features, first)
    torch.testing.assert_close(load_tensors(file)[0], load_tensors(kept)[0])


def test_a_home_that_cannot_be_written_only_costs_the_work_again(few, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("GANLAB_HOME", str(blocked))
    assert m.read_training().features.shape == (500, 64)


def test_what_is_usual_between_real_digits_comes_with_it(few):
    low, middle, high = m.read_training().usual
    assert 0 < low < middle < high
