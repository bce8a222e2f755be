"""The page that looks inside a GAN, in AppTest, with the shipped pair."""

import re

import pytest

from ganlab.trained.discriminator import ROUNDS
from tests.pages.test_pages import everything_said, opened

INSIDE = "pages/explore/inside.py"


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        ("D's eye", "real pictures real"),
        ("You against D", "Did a person make this"),
        ("The networks", "parameters"),
    ],
)
def test_every_panel_opens_on_the_shipped_pair(panel, words):
    app = opened(INSIDE, panel=panel)
    assert not app.error
    assert words in everything_said(app)


def test_d_tells_real_from_generated_better_than_chance():
    said = everything_said(opened(INSIDE))
    found = re.search(r"calls \*\*(\d+)\s%\*\*.*and \*\*(\d+)\s%\*\*", said)
    assert found
    assert int(found[1]) + int(found[2]) > 105


def test_a_game_is_played_to_its_end_and_counted():
    app = opened(INSIDE, panel="You against D", game="7")
    for number in range(ROUNDS):
        (bar,) = app.get("progress")
        assert bar.proto.text == f"Picture {number + 1} of {ROUNDS}"
        app.button[0].click().run()
    said = everything_said(app)
    assert "At Digits, shipped with the lab, step 4,000" in said
    ticks = [one.value for one in app.caption if one.value.startswith("you :")]
    assert len(ticks) == ROUNDS, "each picture has its own below it"
    metrics = {one.label: one.value for one in app.metric}
    assert metrics["You"].endswith(f"of {ROUNDS}")
    right = int(metrics["You"].split()[0])
    again = opened(INSIDE, panel="You against D", game="7")
    for _ in range(ROUNDS):
        again.button[1].click().run()
    mine = int({one.label: one.value for one in again.metric}["You"].split()[0])
    assert right + mine == ROUNDS, "the same link deals the same game"
    assert any("2 games" in one.label for one in again.metric)


def test_nonsense_in_the_address_deals_a_game_all_the_same():
    app = opened(INSIDE, panel="You against D", game="seven'; drop")
    assert "Did a person make this" in everything_said(app)


def test_a_link_to_a_run_that_is_gone_says_what_is_shown_instead():
    app = opened(INSIDE, run="gone")
    (told,) = app.warning
    assert told.value.startswith("There is no run 'gone' here")
    assert "Shown instead: Digits, shipped with the lab." in told.value
    assert not app.error


def test_overlapping_hills_are_read_with_their_condition_and_at_this_very_step():
    said = everything_said(opened(INSIDE))
    assert "overlap mean that G is good only if D is" in said
    assert "At this very step" in said
    assert "means over the last steps" in said
