import numpy as np
import pytest

from ganlab.errors import PictureError
from ganlab.latent import inversion as i
from ganlab.trained.generator import load


@pytest.fixture(scope="module")
def generator():
    return load("digits-cgan")


@pytest.mark.slow
def test_a_picture_that_g_made_is_found_again_in_its_class(generator):
    # At initial errors of about 0.1, what is left is small: G can say this picture.
    for label in (3, 8):
        picture = generator.sample(1, [label], seed=5)[0]
        found = i.invert(generator, picture)
        assert found.label == label
        assert found.error < 0.012
        assert found.error == pytest.approx(min(found.by_class.values()))
        apart = (found.picture.astype(float) - picture) / 255
        assert found.error == pytest.approx(float((apart**2).mean()), abs=1e-3)


@pytest.mark.slow
def test_what_g_has_never_seen_scores_as_an_anomaly(generator):
    checks = (np.indices((28, 28)).sum(0) // 4 % 2 * 255).astype(np.uint8)[None]
    usual = i.invert(generator, generator.sample(1, [4], seed=6)[0], starts=2, steps=60).error
    assert i.invert(generator, checks, starts=2, steps=60).error > 8 * usual


def test_a_picture_of_another_size_is_refused(generator):
    with pytest.raises(PictureError, match="pictures of 1×28×28, got one of 3×8×8"):
        i.invert(generator, np.zeros((3, 8, 8), np.uint8))


@pytest.mark.parametrize("corner", [(0, 0), (60, 30)])
def test_a_drawing_is_centred_and_fitted_wherever_it_was_drawn(corner):
    drawing = np.zeros((112, 112), np.uint8)
    top, left = corner
    drawing[top : top + 40, left : left + 10] = 255
    written = i.as_written(drawing)
    rows, columns = np.nonzero(written[0])
    assert rows.max() - rows.min() + 1 == 20
    assert columns.max() - columns.min() + 1 == 5
    assert rows.mean() == pytest.approx(13.5, abs=0.5)
    assert columns.mean() == pytest.approx(13.5, abs=0.5)


def test_an_empty_board_says_what_to_do():
    with pytest.raises(PictureError, match="draw a digit"):
        i.as_written(np.zeros((112, 112), np.uint8))
