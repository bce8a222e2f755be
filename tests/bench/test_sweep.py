import math
from pathlib import Path

import numpy as np
import pytest

from ganlab.bench.methods import method_config, plain
from ganlab.bench.sweep import KNOBS, ON, ORDINARY, Sweep
from ganlab.errors import ConfigError

ROOT = Path(__file__).parents[2]


def test_a_sweep_has_a_cell_for_each_pair_of_values():
    sweep = Sweep(x="g-rate", y="k", size=4)
    xs, ys = sweep.axes
    cells = sweep.cells()
    assert [(one.y, one.x) for one in cells] == [(y, x) for y in ys for x in xs]
    assert [(one.row, one.column) for one in cells] == [(r, c) for r in range(4) for c in range(4)]
    for cell, variant in zip(cells, sweep.variants(), strict=True):
        config = sweep.base.with_values(variant["values"])
        assert (config.get("g_optimizer.lr"), config.get("d_steps")) == (cell.x, cell.y)
        changed = set(sweep.base.difference(config))
        assert changed <= {"g_optimizer.lr", "d_steps"}


def test_its_base_is_the_method_on_small_networks():
    base = Sweep(method="r1-r2", steps=700, seed=3).base
    assert base == method_config("r1-r2").with_values(
        {**ORDINARY, **ON["ring"], "steps": 700, "seed": 3}
    )


def test_a_table_of_its_values_has_its_rows():
    sweep = Sweep(x="k", y="seed", size=3)
    assert sweep.table(range(9)) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_it_comes_back_from_json():
    sweep = Sweep(x="r1", y="noise", size=5, data="grid", method="pacgan2", seed=4)
    assert Sweep.from_json(sweep.to_json()) == sweep


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"x": "speed"}, "x must be one of d-rate, .*got 'speed'"),
        ({"x": "k", "y": "k"}, "two knobs, got 'k' twice"),
        ({"size": 1}, "size must be between 2 and 16, got 1"),
        ({"size": 99}, "size must be between 2 and 16, got 99"),
        ({"remedy": "hope"}, "method must be one of"),
        ({"data": "sine"}, "data must be one of ring, grid"),
        ({"steps": 0}, "steps must be"),
        ({"other": 1}, "a sweep is an object"),
    ],
)
def test_a_wrong_sweep_is_refused_in_one_sentence(wrong, words):
    with pytest.raises(ConfigError, match=words):
        Sweep.from_json({"size": 4, **wrong})


def test_all_knobs_go_together_with_all_methods():
    for name in KNOBS:
        other = "seed" if name != "seed" else "k"
        for method in ("plain", "pacgan2", "r1-r2", "instance-noise", "wgan-gp"):
            sweep = Sweep(x=name, y=other, size=2, method=method)
            for one in sweep.variants():
                sweep.base.with_values(one["values"])


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
