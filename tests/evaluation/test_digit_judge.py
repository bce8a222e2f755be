import pytest
import torch

from ganlab.data.embedded import load_digits
from ganlab.errors import CheckpointError, PictureError
from ganlab.evaluation import classifier as c
from ganlab.evaluation.digit_scores import reading_scores
from ganlab.metrics.feature_distances import frechet_distance
from ganlab.networks.classifier import Reading
from ganlab.training.checkpoint import save_tensors


@pytest.fixture(scope="module")
def classifier():
    return c.load_classifier()


def test_the_shipped_classifier_is_small_and_its_card_tells_how_it_came_to_be(classifier):
    assert c.CLASSIFIER.stat().st_size <= 2 * 2**20
    for wanted in ("data", "recipe", "hardware", "seconds", "test_accuracy", "command"):
        assert wanted in classifier.card
    assert classifier.card["test_accuracy"] >= 0.993


def test_it_reads_digits_that_another_hand_wrote(classifier):
    # The embedded digits were written, scanned in 8×8 and enlarged by others: it never saw such.
    digits = load_digits()
    pictures, labels = digits.pictures[:500], digits.labels[:500]
    shares = [
        float((classifier.read(pictures, box).logits.argmax(1) == labels).float().mean())
        for box in (c.BOX, c.box_of("digits"))
    ]
    assert shares[0] > 0.7
    assert shares[1] > 0.95


def test_a_box_is_shrunk_to_that_of_mnist_around_the_middle():
    pictures = torch.zeros(1, 1, 28, 28, dtype=torch.uint8)
    pictures[:, :, 7:21, 7:21] = 255
    assert c.in_box(pictures, c.BOX) is pictures
    small = c.in_box(pictures, 28)
    assert small.shape == pictures.shape
    lit = small[0, 0] > 100
    assert lit[9:19, 9:19].all()
    assert int(lit.sum()) == 100  # 14 · 20 / 28 squared


def test_a_picture_of_another_size_is_refused_in_one_sentence(classifier):
    with pytest.raises(PictureError, match="reads pictures of 1×28×28, got 3×32×32"):
        classifier.read(torch.zeros(2, 3, 32, 32, dtype=torch.uint8))


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    save_tensors(path, {"x": torch.zeros(1)}, {"config": {}})
    with pytest.raises(CheckpointError, match="holds no digit classifier"):
        c.load_classifier(path)
    with pytest.raises(CheckpointError, match="holds no features"):
        c.load_reference(path)


def test_real_digits_score_the_floor_and_a_lost_class_costs_far_more():
    reference = c.load_reference()
    halves = reference.features[::2], reference.features[1::2]
    fair = frechet_distance(*halves)
    lost = frechet_distance(halves[0][reference.labels[::2] != 8], halves[1])
    assert fair < 0.3
    assert lost > 5 * fair
    assert reference.facts["floor"]["frechet"] < 0.3


def test_scores_without_intended_labels_claim_no_accuracy():
    reading = Reading(torch.zeros(3, 2), torch.eye(10)[:3])
    scores = reading_scores(reading, None)
    assert scores["accuracy"] is None
    assert reading_scores(reading, torch.tensor([0, 1, 5]))["accuracy"] == pytest.approx(2 / 3)


def test_the_rows_of_the_confusion_are_the_intended_classes():
    read = torch.nn.functional.one_hot(torch.tensor([3, 3, 5, 7]), 10).float()
    scores = reading_scores(Reading(torch.zeros(4, 2), read), torch.tensor([3, 5, 5, 5]))
    wanted = torch.zeros(10, 10, dtype=torch.int64)
    wanted[3, 3] = wanted[5, 3] = wanted[5, 5] = wanted[5, 7] = 1
    assert scores["confusion"] == wanted.tolist()
    assert scores["accuracy_by_class"][3] == 1
    assert scores["accuracy_by_class"][5] == pytest.approx(1 / 3)
    assert scores["accuracy_by_class"][7] is None
