import json

import pytest

from ganlab.bench import costs as c
from ganlab.bench.methods import PLAIN, training_methods
from ganlab.errors import DataError

MEASURED = c.Costs({"plain": 1.0, "unrolled": 7.5}, "CPU (a fake)", "ring", 120, 1, 7, 20, 1.8e9)


def test_costs_come_back_from_their_file_and_win_over_the_shipped_ones(own_home):
    shipped, own = c.known()
    assert (shipped is not None, own) == (True, False)
    c.save(MEASURED)
    assert c.known() == (MEASURED, True)
    assert "CPU (a fake), one thread" in MEASURED.summary()
    assert "2027" in MEASURED.summary()


def test_a_file_that_was_cut_is_passed_over(own_home):
    c.save(MEASURED)
    c.path().write_text(c.path().read_text()[:40])
    with pytest.raises(DataError, match="holds no measured costs"):
        c.read(c.path())
    assert c.known()[1] is False


@pytest.mark.parametrize("content", ["[]", '{"ratios": 3}', "{}", json.dumps({"ratios": {}})])
def test_other_json_is_refused(tmp_path, content):
    path = tmp_path / "costs.json"
    path.write_text(content)
    with pytest.raises(DataError, match="holds no measured costs"):
        c.read(path)


def test_the_shipped_costs_cover_every_method_with_their_circumstances():
    shipped = c.read(c.SHIPPED)
    assert set(shipped.ratios) == set(training_methods())
    assert shipped.ratios[PLAIN] == 1.0
    assert shipped.device
    assert shipped.rounds >= 5
