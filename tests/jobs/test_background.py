import pytest

from ganlab.jobs.background import BackgroundJob

pytestmark = pytest.mark.slow
SMALL = ("augment", "digits-cgan", "--k", "1", "--n", "1", "--seeds", "2", "--steps", "20")


def test_an_errand_tells_how_far_it_is_and_brings_the_result():
    background_job = BackgroundJob(SMALL)
    background_job.wait(120)
    assert not background_job.running
    assert background_job.error == ""
    assert background_job.share == 1.0
    assert background_job.left == pytest.approx(0.0)
    assert background_job.sofar is not None
    assert background_job.result is not None
    assert background_job.result["pairs"] == 2
    assert background_job.result["arms"] == background_job.sofar["arms"]


def test_a_cancelled_errand_ends_at_once_and_is_no_failure():
    background_job = BackgroundJob((*SMALL[:-1], "5000"))
    assert background_job.running
    assert background_job.left is None
    background_job.cancel()
    assert not background_job.running
    assert background_job.cancelled
    assert background_job.error == ""
    assert background_job.result is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("augment", "nothing-there"), "there is no model 'nothing-there'"),
        (("augment", "digits-cgan", "--k", "0"), "k must be between 1 and 1000, got 0"),
    ],
)
def test_a_command_that_fails_says_why_in_its_own_sentence(arguments, words):
    background_job = BackgroundJob(arguments)
    background_job.wait(120)
    assert background_job.error.startswith(words)
    assert background_job.result is None
