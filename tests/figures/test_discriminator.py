"""The histogram of D's scores shows where they lie."""

import numpy as np
import pytest

from ganlab.figures.discriminator import score_histogram


def test_no_heap_of_clipped_scores_stands_at_the_ends():
    scores = np.linspace(-1, 1, 2001)
    figure = score_histogram(scores, scores, 0.0, False)
    for bars in figure.data:
        assert max(bars.y) < 1.1 * min(bars.y)
        assert sum(bars.y) == pytest.approx(100)


def test_scores_far_out_do_not_squeeze_the_others():
    scores = np.concatenate([np.linspace(-1, 1, 2001), [1_000.0]])
    figure = score_histogram(scores, scores, 0.0, False)
    assert figure.data[0].x[-1] < 4
    assert sum(figure.data[0].y) == pytest.approx(100)
