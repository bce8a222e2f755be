"""Statistics of a row against NumPy, and what JSON gets where there is no number."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.bench.rows import SCORES, mean, standard_error
from tests.bench.made_rows import row


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_mean_and_standard_error_are_numpys(values):
    assert mean(values) == pytest.approx(np.mean(values), abs=1e-6)
    expected = np.std(values, ddof=1) / np.sqrt(len(values))
    assert standard_error(values) == pytest.approx(expected, abs=1e-6)


def test_one_seed_says_nothing_of_the_error():
    assert mean([3.0]) == 3.0
    assert math.isnan(standard_error([3.0]))


def test_a_seed_without_any_good_sample_makes_reverse_kl_infinite_and_is_not_hidden():
    found = row(reverse_kl=(0.1, math.inf, 0.2), spread=(1.0, math.nan, 1.0))
    assert math.isinf(found.mean("reverse_kl"))
    assert math.isnan(found.mean("spread"))
    out = found.to_json()
    assert out["reverse_kl"] is None
    assert out["reverse_kl_by_seed"] == [0.1, None, 0.2]
    json.dumps(out, allow_nan=False)


def test_json_holds_every_score_with_its_error():
    out = row().to_json()
    for score in SCORES:
        assert out[score] == pytest.approx(0.7)
        assert out[f"{score}_se"] == pytest.approx(0.2 / math.sqrt(3))
        assert len(out[f"{score}_by_seed"]) == len(out["seeds"])
