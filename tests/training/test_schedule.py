"""Milestones against counting by hand, and a training that must stop at each of them."""

import pytest

from ganlab.presets import preset
from ganlab.training.loop import Pace, Training
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


@pytest.mark.slow
def test_a_training_looks_at_its_z_at_the_end_of_every_epoch_however_slow_its_pace():
    values = {"network.width": 4, "batch": 600, "steps": 10, "show_epochs": 1}
    config = preset("digits").with_values(values)
    pace = Pace(tick=1e9, snapshot=1e9)
    shown = [tick.step for tick in Training(config, device="cpu", pace=pace) if tick.snapshot]
    # 1,797 pictures are three batches of 600; the last look is the end's.
    assert shown[-4:] == [3, 6, 9, 10]
