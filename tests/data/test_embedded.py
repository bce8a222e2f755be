"""The embedded digits against scikit-learn's own arrays."""

from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits as original

from ganlab.data.embedded import MARGIN, load_digits
from ganlab.registry import Data, find


def test_the_digits_are_those_of_scikit_learn_in_order():
    calls = []
    digits = load_digits(lambda sentence, share: calls.append((sentence, share)))
    facts = find(Data, "digits")
    assert digits.pictures.shape == (facts.count, facts.channels, 28, 28)
    assert digits.pictures.dtype == torch.uint8
    theirs: Any = original()
    assert digits.labels.tolist() == theirs.target.tolist()
    assert digits.classes == tuple("0123456789")
    assert calls[-1][1] == 1.0


def test_a_digit_shrunk_again_is_the_original():
    pictures = load_digits().pictures[:, 0, MARGIN:-MARGIN, MARGIN:-MARGIN].numpy().astype(float)
    small = pictures.reshape(-1, 8, 3, 8, 3).mean(axis=(2, 4)) * 16 / 255
    theirs: Any = original()
    expected = theirs.images
    together = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(small, expected, strict=True)
    ]
    assert min(together) > 0.97


def test_the_margin_is_black_and_strokes_reach_full_white():
    pictures = load_digits().pictures
    edge = torch.ones(28, 28, dtype=torch.bool)
    edge[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
    assert not pictures[:, 0, edge].any()
    assert pictures.max() == 255
