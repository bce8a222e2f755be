"""The other end of reverse KL, against the measure itself; the rest stands in test_modes."""

import math

import pytest
import torch

from ganlab.data.points import ring, unbalanced
from ganlab.metrics.ceilings import one_mode_kl
from ganlab.metrics.modes import score_modes
from ganlab.metrics.point_scores import bounds
from ganlab.metrics.ranking import collapsed


@pytest.mark.parametrize("data", [ring(), unbalanced()], ids=["ring", "unbalanced"])
def test_one_point_on_the_lightest_mode_scores_the_other_end_of_every_measure(data):
    lightest = int(data.weights.argmin())
    jitter = 1e-5 * torch.randn(2500, 2, generator=torch.Generator().manual_seed(0))
    samples = data.modes[lightest] + jitter
    ball = score_modes(samples, data.modes, data.std, data.weights)
    box = score_modes(samples, data.modes, data.std, data.weights, rule="box")
    end = collapsed(len(data.modes), bounds(data))
    assert int(ball.modes) == end["modes"]
    assert float(ball.high_quality) == end["high_quality"]
    assert float(box.high_quality) == end["high_quality_box"]
    assert float(ball.reverse_kl) == pytest.approx(end["reverse_kl"], abs=1e-5)
    assert float(ball.spread) == pytest.approx(end["spread"], abs=0.01)


def test_of_equal_modes_it_is_the_logarithm_of_their_number():
    assert one_mode_kl(8) == math.log(8)
    assert one_mode_kl(4, [3, 3, 3, 3]) == pytest.approx(math.log(4))
    assert one_mode_kl(2, [3, 1]) == pytest.approx(math.log(4))
