"""A page that is polled goes on, whatever happens to a message or to the script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

SCRIPT = """
import json, os, time
from pathlib import Path
import streamlit as st
from pages.widgets.silence import ask_when_silent, pulse

LARGE = [f'<div title="{letter * 11000}">{letter}</div>' for letter in "abcde"]
state = st.session_state

def control():
    return json.loads(Path(os.environ["CONTROL"]).read_text())

def counted(name):
    state[name] = state.get(name, 0) + 1
    st.text(f"{name} {state[name]}")
    return state[name]

@st.fragment(run_every=0.05)
def live():
    if control()["hang"] and not state.get("hung"):
        state["hung"] = True
        while control()["hang"]:
            time.sleep(0.05)  # the script hangs
    time.sleep(0.05)  # so that the next request comes before the answer has gone
    run = counted("polled")
    st.html(LARGE[run % (3 + run % 3)])
    pulse()

counted("whole")
live()
ask_when_silent(control()["seconds"])
"""
FIRST = {"hang": False, "seconds": 600}


def test_a_slow_tab_is_never_referred_to_a_message_that_it_has_thrown_away(page, server, feed):
    feed()
    page.goto(server[0])
    browser = page.context.new_cdp_session(page)
    browser.send("Emulation.setCPUThrottlingRate", {"rate": 12})
    expect(page.get_by_text(re.compile(r"^polled \d{3}$"))).to_be_visible(timeout=4 * PATIENCE)


def test_a_script_that_hangs_is_left_behind(page, server, feed):
    feed(seconds=3)
    page.goto(server[0])
    expect(page.get_by_text(re.compile(r"^polled \d{2}$"))).to_be_visible()
    feed(seconds=3, hang=True)
    try:
        expect(page.get_by_text("whole 2", exact=True)).to_be_visible()
        before = page.get_by_text(re.compile(r"^polled")).inner_text()
        expect(page.get_by_text(re.compile(r"^polled"))).not_to_have_text(before)
    finally:
        feed()


def test_a_page_that_is_answered_is_not_asked_for(page, server, feed):
    feed(seconds=12)
    page.goto(server[0])
    expect(page.get_by_text(re.compile(r"^polled \d{2}$"))).to_be_visible()
    page.wait_for_timeout(15000)  # longer than the silence after which it would be asked for
    expect(page.get_by_text("whole 1", exact=True)).to_be_visible()
    for key in ("pulse", "silence"):  # neither takes room
        expect(page.locator(f".st-key-{key}")).to_have_css("display", "none")
