import math

import numpy as np
import pytest

from ganlab.bench.methods import plain
from ganlab.catalogue.knobs import KNOBS


@pytest.mark.parametrize("name", KNOBS)
@pytest.mark.parametrize("count", [2, 4, 8])
def test_the_values_of_a_knob_ascend_through_its_range(name, count):
    knob = KNOBS[name]
    values = knob.spread(count)
    assert len(values) == count
    assert list(values) == sorted(values)
    assert values[-1] == pytest.approx(knob.high, rel=0.01) or count == 2
    assert values[0] == (0 if knob.zero else pytest.approx(knob.low, abs=1e-9))


def test_factors_are_even_on_a_logarithmic_knob():
    values = np.array(KNOBS["d-rate"].spread(8))
    factors = values[1:] / values[:-1]
    np.testing.assert_allclose(factors, (2e-2 / 5e-5) ** (1 / 7), rtol=0.01)


def test_whole_values_that_coincide_come_once():
    assert KNOBS["k"].spread(16) == tuple(range(1, 9))


@pytest.mark.parametrize("name", KNOBS)
def test_every_value_of_every_knob_makes_a_run(name):
    knob = KNOBS[name]
    for value in knob.spread(8):
        config = plain().with_values(knob.settings(value))
        for path in knob.paths:
            assert math.isclose(float(config.get(path)), float(value))
