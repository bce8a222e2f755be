"""Clicks that meet each other, a poll, or a browser that is behind; Streamlit is a stand-in."""

import threading
import time
from types import SimpleNamespace

import pytest

from ganlab.errors import RunError
from pages.widgets import clicks
from pages.widgets.visitor import Visitor
from tests.waiting import until


class Address(dict):
    def from_dict(self, values):
        self.clear()
        self.update(values)


@pytest.fixture
def page(monkeypatch):
    """A visitor, the address, what was said and how often the page was asked for."""
    found = SimpleNamespace(who=Visitor(), address=Address(), said=[], reruns=0, polled=False)

    def rerun():
        found.reruns += 1

    monkeypatch.setattr(clicks, "visitor", lambda: found.who)
    monkeypatch.setattr(clicks, "_by_a_poll", lambda: found.polled)
    monkeypatch.setattr(clicks.st, "rerun", rerun)
    monkeypatch.setattr(clicks.st, "toast", lambda words, **_: found.said.append(words))
    monkeypatch.setattr(clicks.st, "query_params", found.address)
    return found


def test_one_deed_waits_for_the_other_and_the_page_for_both(page):
    log = []

    def slow():
        log.append("begins")
        time.sleep(0.1)  # long enough for the others to come between, if nothing keeps them out
        log.append("ends")

    clicked = [threading.Thread(target=clicks.do, args=(slow, "step")) for _ in range(3)]
    for one in clicked:
        one.start()
    until(lambda: log, "the first one begins")
    for one in clicked[1:]:
        one.join()
    clicks.settle()
    assert log == ["begins", "ends"] * 3


def test_why_a_click_could_not_be_is_said_once(page):
    def refused():
        raise RunError("all places are taken")

    clicks.do(refused, "play")
    clicks.settle()
    clicks.settle()
    assert page.said == ["All places are taken."]


def test_a_click_that_came_along_with_a_poll_is_not_heard_again_and_the_next_one_is(
    page, monkeypatch
):
    done = []
    page.polled = True
    clicks.do(lambda: done.append("poll"), "step")
    assert page.reruns == 1  # a fragment alone would not show it
    clicks.do(lambda: done.append("next poll"), "step")
    page.polled = False
    clicks.do(lambda: done.append("other"), "pause")
    clicks.do(lambda: done.append("itself"), "step")
    assert done == ["poll", "other"]
    clicks.do(lambda: done.append("next"), "step")
    assert done == ["poll", "other", "next"]
    page.polled = True
    clicks.do(lambda: done.append("poll"), "step")
    page.polled = False
    monkeypatch.setattr(clicks, "AGAIN_SECONDS", -1.0)
    clicks.do(lambda: done.append("much later"), "step")
    assert done[-2:] == ["poll", "much later"]


def test_what_a_fragment_does_by_itself_needs_the_page_only_for_another_run_or_a_refusal(page):
    page.polled = True
    clicks.do(lambda: None)
    assert page.reruns == 0
    clicks.do(lambda: "new")
    assert page.reruns == 1


def test_the_run_of_a_click_stays_shown_to_a_browser_that_still_speaks_of_the_one_before(page):
    page.address["run"] = "old"
    clicks.do(lambda: "new")
    clicks.settle()
    assert page.address == {"run": "new"}
    page.address["run"] = "old"  # sent before the browser was told
    clicks.settle()
    assert page.address == {"run": "new"}
    clicks.settle()
    page.address["run"] = "old"  # by a link, later
    clicks.settle()
    assert page.address == {"run": "old"}


def test_who_goes_elsewhere_is_not_brought_back(page, monkeypatch):
    page.address["run"] = "old"
    clicks.do(lambda: "")
    clicks.settle()
    assert "run" not in page.address
    page.address["run"] = "third"
    clicks.settle()
    assert page.address == {"run": "third"}
    clicks.do(lambda: "new")
    monkeypatch.setattr(clicks, "UNDER_WAY_SECONDS", -1.0)
    clicks.settle()
    page.address["run"] = "third"  # after a while
    clicks.settle()
    assert page.address == {"run": "third"}


def test_a_dialog_is_opened_once(page):
    clicks.ask("share")
    assert not clicks.asked("other")
    assert clicks.asked("share")
    assert not clicks.asked("share")
