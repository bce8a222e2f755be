"""A run that is to be looked at after every epoch and kept after every fifteenth."""

import pytest

from ganlab.jobs.kept_states import kept_steps, stored_facts
from ganlab.jobs.worker import work
from ganlab.presets import preset

pytestmark = pytest.mark.slow
EPOCH = 8
"""Steps of 256 pictures through the 1,797 embedded digits."""


@pytest.fixture
def tutorial():
    """The tutorial's recipe for 31 epochs of the embedded digits, with networks that are quick."""
    small = {"data": "digits", "network": "fast28", "network.width": 4, "batch": 256}
    return preset("dcgan-mnist").with_values(small | {"steps": 31 * EPOCH})


def test_every_epoch_has_its_frame_and_every_fifteenth_its_state(store, tutorial):
    record = store.create(tutorial, preset="dcgan-mnist")
    assert work(record, "cpu") == "finished"
    ends = list(range(EPOCH, 31 * EPOCH + 1, EPOCH))
    assert [step for step in record.sample_steps() if step % EPOCH == 0] == ends
    assert len(ends) == 31
    asked = [step for step in kept_steps(record) if step % (15 * EPOCH) == 0]
    assert asked == [15 * EPOCH, 30 * EPOCH]
    assert stored_facts(record.checkpoint)["step"] == 31 * EPOCH


def test_a_run_that_was_stopped_and_resumed_has_the_same_frames(store, tutorial):
    record = store.create(tutorial.with_values({"steps": 20}), preset="dcgan-mnist")
    work(record, "cpu")
    record.extend_budget(12)
    work(record, "cpu")
    assert [step for step in record.sample_steps() if step % EPOCH == 0] == [8, 16, 24, 32]
