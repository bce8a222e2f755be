import pytest

from pages.widgets.delivery import OVERLAP, TIMES, Cursor, Ledger, next_since, unsent

HOLDS = {"code": "abc"}


def browser(kept: list[int], since: int | None, sent: list[int]) -> list[int]:
    """What the browser keeps: rows up to since, then those that came."""
    return [step for step in kept if since is not None and step <= since] + sent


def test_everything_is_sent_until_the_browser_has_answered():
    cursor = Cursor()
    assert next_since(cursor, {}, "a", 100) is None
    assert next_since(cursor, {}, "a", 200) is None
    assert next_since(cursor, HOLDS, "a", 300) == 100


@pytest.mark.parametrize("lost", range(OVERLAP))
def test_fewer_lost_messages_than_the_overlap_leave_no_gap(lost):
    cursor, kept = Cursor(), []
    for poll, last in enumerate(range(10, 300, 10)):
        since = next_since(cursor, HOLDS, "a", last)
        if poll % (lost + 1) == 0:
            assert since is None or since <= kept[-1]
            kept = browser(
                kept, since, [s for s in range(10, last + 1, 10) if since is None or s > since]
            )
            assert kept == list(range(10, last + 1, 10))


def test_without_overlap_only_what_is_new_is_sent_and_an_undo_sends_all():
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "a", 130, overlap=1) == 120
    assert next_since(cursor, HOLDS, "a", 140, overlap=1) == 130
    assert next_since(cursor, HOLDS, "a", 139, overlap=1) is None


def test_a_request_is_answered_from_where_it_asks_and_so_is_a_lost_answer():
    cursor = Cursor("a", [100, 110, 120])
    told = {**HOLDS, "ask": {"run": "a", "after": 40, "n": 7}}
    assert [next_since(cursor, told, "a", last) for last in (130, 140, 150)] == [40, 40, 40]
    assert next_since(cursor, told, "a", 160) == 130
    empty = {**HOLDS, "ask": {"run": "a", "after": None, "n": 8}}
    assert next_since(cursor, empty, "a", 170) is None


def test_a_request_for_another_run_is_not_answered():
    cursor = Cursor("b", [100])
    told = {**HOLDS, "ask": {"run": "a", "after": 40, "n": 7}}
    assert next_since(cursor, told, "b", 110) == 100


def test_another_run_and_a_run_taken_back_are_sent_from_the_beginning():
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "b", 500) is None
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "a", 50) is None
    assert next_since(Cursor("a", [10]), HOLDS, "a", None) is None


def test_a_short_undo_is_sent_from_before_the_steps_taken_back():
    cursor = Cursor("a", [100, 110, 120])
    assert next_since(cursor, HOLDS, "a", 115) == 100
    assert next_since(cursor, HOLDS, "a", 125) == 110
    assert next_since(cursor, HOLDS, "a", 130) == 115


def test_what_stands_still_is_sent_twice_and_then_rests():
    ledger = Ledger("a")
    for _ in range(TIMES):
        assert unsent(ledger, HOLDS, "a", ["one"]) == ["one"]
    assert unsent(ledger, HOLDS, "a", ["one"]) == []
    assert unsent(ledger, HOLDS, "a", ["one", "two"]) == ["two"]


def test_all_are_sent_while_the_browser_is_silent_and_after_a_change_of_run():
    both = {"one": 9, "two": 9}
    assert unsent(Ledger("a", dict(both)), {}, "a", both) == ["one", "two"]
    assert unsent(Ledger("a", dict(both)), HOLDS, "b", both) == ["one", "two"]


def test_a_missing_thing_is_sent_once_for_each_request():
    ledger = Ledger("a", {"one": 9, "two": 9})
    told = {**HOLDS, "ask": {"run": "a", "missing": ["two"], "n": 3}}
    assert unsent(ledger, told, "a", ["one", "two"]) == ["two"]
    assert unsent(ledger, told, "a", ["one", "two"]) == []


def test_the_ledger_forgets_what_left_the_page():
    ledger = Ledger("a")
    unsent(ledger, HOLDS, "a", ["one", "two"])
    unsent(ledger, HOLDS, "a", ["two"])
    assert list(ledger.counts) == ["two"]
