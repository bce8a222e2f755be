"""Milestones against counting by hand, and a training that must stop at each of them."""

import pytest

from ganlab.presets import preset
from ganlab.training.schedule import Milestones, milestones


@pytest.mark.parametrize(("shown", "kept"), [(0, ()), (7, (0, 5)), (3, (4, 6)), (0, (10,))])
def test_following_the_milestones_meets_exactly_those_steps(shown, kept):
    found, step = Milestones(shown, kept), 0
    shows, keeps = [], []
    while step < 60:
        step = found.next(step, 60)
        shows += [step] if found.shows(step) else []
        keeps += [step] if found.keeps(step) else []
    assert shows == [k for k in range(1, 61) if shown and k % shown == 0]
    assert keeps == [k for k in range(1, 61) if any(n and k % n == 0 for n in kept)]


def test_nothing_is_due_before_the_first_step():
    assert not Milestones(5, (5,)).shows(0)
    assert not Milestones(5, (5,)).keeps(0)


def test_the_tutorials_epochs_are_235_steps_of_mnist_and_points_have_none():
    config = preset("dcgan-mnist")
    assert milestones(config, 60_000) == Milestones(235, (0, 15 * 235))
    assert milestones(config.with_values({"batch": 100}), 1_000) == Milestones(10, (0, 150))
    assert milestones(preset("ring").with_values({"show_epochs": 1}), 0) == Milestones(0, (0, 0))
