import pytest

from ganlab.jobs.background import Errand

SMALL = ("augment", "digits-cgan", "--k", "1", "--n", "1", "--seeds", "2", "--steps", "20")


def test_an_errand_tells_how_far_it_is_and_brings_the_result():
    errand = Errand(SMALL)
    errand.wait(120)
    assert not errand.running
    assert errand.error == ""
    assert errand.share == 1.0
    assert errand.left == pytest.approx(0.0)
    assert errand.sofar is not None
    assert errand.result is not None
    assert errand.result["pairs"] == 2
    assert errand.result["arms"] == errand.sofar["arms"]


def test_a_cancelled_errand_ends_at_once_and_is_no_failure():
    errand = Errand((*SMALL[:-1], "5000"))
    assert errand.running
    assert errand.left is None
    errand.cancel()
    assert not errand.running
    assert errand.cancelled
    assert errand.error == ""
    assert errand.result is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("augment", "nothing-there"), "there is no model 'nothing-there'"),
        (("augment", "digits-cgan", "--k", "0"), "k must be between 1 and 1000, got 0"),
    ],
)
def test_a_command_that_fails_says_why_in_its_own_sentence(arguments, words):
    errand = Errand(arguments)
    errand.wait(120)
    assert errand.error.startswith(words)
    assert errand.result is None
