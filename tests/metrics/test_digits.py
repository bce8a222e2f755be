import math

import numpy as np
import pytest
import torch
from sklearn import metrics

from ganlab.metrics import digits as d


def test_the_confusion_table_agrees_with_scikit_learn():
    generator = torch.Generator().manual_seed(0)
    intended, read = torch.randint(0, 10, (2, 500), generator=generator)
    expected = metrics.confusion_matrix(intended, read, labels=range(10))
    np.testing.assert_array_equal(d.confusion(intended, read, 10).numpy(), expected)


def test_accuracy_by_class_is_low_for_the_bad_eight_and_nan_for_a_class_without_pictures():
    intended = torch.tensor([0, 0, 8, 8, 8, 8])
    read = torch.tensor([0, 0, 8, 3, 3, 3])
    by_class = d.accuracy_by_class(d.confusion(intended, read, 10))
    assert by_class[0] == 1.0
    assert by_class[8] == 0.25
    assert math.isnan(by_class[5])


def test_confidence_is_the_mean_of_the_largest_probability():
    logits = torch.tensor([[0.0, 0.0], [math.log(3.0), 0.0]])
    assert d.confidence(logits) == pytest.approx((0.5 + 0.75) / 2)


def test_class_entropy_is_one_for_all_classes_and_falls_with_lost_ones():
    everything = torch.arange(1000) % 10
    assert d.class_entropy(everything, 10) == pytest.approx(1.0)
    assert d.class_entropy(everything % 5, 10) == pytest.approx(math.log(5) / math.log(10))
    assert d.class_entropy(torch.zeros(9, dtype=torch.int64), 10) == 0.0


def test_the_birthday_test_finds_the_size_of_a_finite_support():
    generator = torch.Generator().manual_seed(2)
    support = 10 * torch.randn(500, 20, generator=generator)
    drawn = support[torch.randint(0, 500, (400,), generator=generator)]
    found = d.birthday_test(drawn, threshold=1e-3)
    assert found.support == pytest.approx(500, rel=0.25)


def test_the_birthday_test_finds_no_pair_where_there_is_none():
    x = torch.eye(12)
    assert d.birthday_test(x, threshold=1.4) == (0, 1.4, math.inf)


def test_the_closest_pairs_are_the_nearest_disjoint_ones():
    generator = torch.Generator().manual_seed(4)
    x = torch.randn(40, 3, generator=generator)
    apart = np.linalg.norm(x.numpy()[:, None] - x.numpy()[None], axis=-1)
    ordered = sorted((apart[i, j], i, j) for i in range(40) for j in range(i + 1, 40))
    expected, taken = [], set()
    for distance, i, j in ordered:
        if not taken & {i, j}:
            taken |= {i, j}
            expected.append((i, j, distance))
    found = d.closest_pairs(x, 6)
    assert [pair[:2] for pair in found] == [pair[:2] for pair in expected[:6]]
    np.testing.assert_allclose([p.distance for p in found], [p[2] for p in expected[:6]], rtol=1e-5)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_no_more_pairs_are_named_than_there_are(count):
    assert len(d.closest_pairs(torch.zeros(6, 2), count)) == min(count, 3)


def test_class_counts_are_those_of_numpy():
    read = torch.tensor([3, 3, 0, 9])
    assert d.class_counts(read, 10).tolist() == np.bincount(read, minlength=10).tolist()
