import json
import math

import pytest

from ganlab.bench.collapse_map import SCORES, CollapseMap, train
from ganlab.bench.sweep import Sweep
from ganlab.training.loop import Training

TINY = {"size": 2, "steps": 20}


def test_a_cell_scores_what_its_gan_scores_alone():
    sweep = Sweep(x="g-rate", y="k", **TINY)
    calls = []
    found = train(sweep, lambda step, steps: calls.append((step, steps)))
    assert calls[-1] == (20, 20)
    for cell, scores in zip(sweep.cells(), found.scores, strict=True):
        alone = Training(sweep.base.with_values(cell.values), device="cpu")
        alone.advance(20)
        expected = alone.ensemble.measure()[0]
        for name in ("modes_near", "js", "high_quality"):
            assert scores[name] == pytest.approx(expected[name], abs=0.02)


def test_a_cell_that_diverges_is_lost_and_has_no_score():
    sweep = Sweep(**TINY)
    scores = [dict.fromkeys(SCORES, 1.0) | {"modes_of": 8} for _ in range(4)]
    found = CollapseMap(sweep, scores, {2: 17}, 1.23, "CPU")
    assert found.table("modes")[0] == [1.0, 1.0]
    assert math.isnan(found.table("modes")[1][0])
    stored = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert stored["modes"] == [[1.0, 1.0], [None, 1.0]]
    assert stored["lost"] == {"2": 17}
    assert (stored["gans"], stored["modes_of"], stored["n"]) == (4, 8, 2500)
    assert Sweep.from_json(stored["sweep"]) == sweep
