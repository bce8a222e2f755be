import math

import pytest

from ganlab.bench.methods import method_config
from ganlab.bench.seed_runs import SeedRun
from ganlab.errors import ConfigError

GOOD = {"modes": 8, "high_quality": 0.9, "reverse_kl": 0.1, "reverse_kl_all": 0.2, "spread": 1.0}
BAD = {"modes": 2, "high_quality": 0.5, "reverse_kl": 1.5, "reverse_kl_all": 1.6, "spread": 0.5}
REST = {"iterations": 30, "seconds": 12.0, "device": "CPU", "n": 2500, "modes_of": 8}


def test_its_variants_differ_by_the_seed_alone():
    run = SeedRun("pacgan2", "grid", seeds=3, steps=40)
    assert run.config == method_config("pacgan2", "grid", 40)
    members = [run.config.with_values(one["values"]) for one in run.variants()]
    assert [one.seed for one in members] == [0, 1, 2]
    assert all(set(run.config.difference(one)) <= {"seed"} for one in members)


def test_a_row_has_the_mean_and_the_standard_error_over_the_seeds():
    row = SeedRun("plain", seeds=2).row([GOOD, BAD], {}, **REST)
    assert row.mean("modes") == 5.0
    assert row.error("modes") == pytest.approx(3.0)  # s = 6 / √2, over √2
    assert row.mean("high_quality") == pytest.approx(0.7)
    assert (row.iterations, row.seeds, row.n) == (30, (0, 1), 2500)


def test_a_seed_that_diverged_counts_as_the_worst_and_is_not_left_out():
    row = SeedRun("plain", seeds=2).row([GOOD, GOOD], {1: 17}, **REST)
    assert row.mean("modes") == 4.0
    assert math.isinf(row.mean("reverse_kl"))
    assert math.isnan(row.mean("spread"))


def test_no_sample_of_quality_is_an_infinite_divergence():
    # The results of a run hold finite values only.
    one = {name: value for name, value in BAD.items() if name not in ("reverse_kl", "spread")}
    row = SeedRun("plain", seeds=1).row([one | {"modes": 0}], {}, **REST)
    assert math.isinf(row.scores["reverse_kl"][0])


def test_it_comes_back_from_json():
    run = SeedRun("r1-r2", "ring", 4, 100)
    assert SeedRun.from_json(run.to_json()) == run


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"remedy": "hope"}, "method must be one of"),
        ({"seeds": 0}, "seeds must be between 1 and 64, got 0"),
        ({"seeds": 65}, "seeds must be between 1 and 64, got 65"),
        ({"data": "sine"}, "data must be one of"),
        ({"more": 1}, "a run over seeds is an object"),
    ],
)
def test_a_wrong_one_is_refused(wrong, words):
    with pytest.raises(ConfigError, match=words):
        SeedRun.from_json(SeedRun("plain").to_json() | wrong)
