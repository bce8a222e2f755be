"""What the view of a run says of its knobs, and how runs of one title are told apart."""

import json

from ganlab.jobs.folder import Event
from pages.widgets.messages import told_apart
from pages.widgets.run_view import knob_flags


def turn(step: int, name: str, old, new) -> Event:
    return Event(0, 0.0, step, "knob", json.dumps({"name": name, "old": old, "new": new}))


def test_turns_of_one_knob_at_one_step_are_one_flag_from_first_to_last():
    events = [
        turn(10, "d_optimizer.lr", 1e-3, 7e-4),
        Event(0, 0.0, 10, "state", "paused"),
        turn(10, "g_optimizer.lr", 2e-3, 1e-3),
        turn(10, "d_optimizer.lr", 7e-4, 4e-5),
        turn(20, "d_optimizer.lr", 4e-5, 1e-4),
    ]
    flags = knob_flags(events)
    assert [flag.step for flag in flags] == [10, 10, 20]
    assert flags[0].text.endswith("1e-3 → 4e-5")
    assert flags[1].text.endswith("2e-3 → 1e-3")
    assert flags[2].text.endswith("4e-5 → 1e-4")


def test_a_knob_that_was_turned_back_at_once_leaves_no_flag():
    assert not knob_flags([turn(5, "d_steps", 1, 3), turn(5, "d_steps", 3, 1)])


def test_titles_that_several_runs_have_end_in_their_ids():
    titles = {"digits-1-cf99": "Digits", "digits-2-612b": "Digits", "ring-1-aaaa": "A ring"}
    assert told_apart(titles) == {
        "digits-1-cf99": "Digits · cf99",
        "digits-2-612b": "Digits · 612b",
        "ring-1-aaaa": "A ring",
    }
