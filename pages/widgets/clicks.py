"""What a click does to runs: carried out once and whole, whatever else the browser says meanwhile.

Three habits of Streamlit stand against that. It breaks a callback off at the first `st.` call after
the browser has asked for the page again, as by a second click. It runs what was asked for in a
thread of its own, meanwhile. And a click waits in the browser for the next turn of its clock: a
fragment's poll that falls into that moment brings it along, before it comes by itself. So what is
done touches nothing of Streamlit, one deed waits for the other, what it comes to waits with the
visitor until the page is built again, and a click that came with a poll is not heard a second time.
"""

import math
import time
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ganlab.errors import GanlabError
from pages.widgets.messages import sentence
from pages.widgets.visitor import visitor

AGAIN_SECONDS = 3.0
"""How long a click that came along with a poll may come again, with another or by itself."""
UNDER_WAY_SECONDS = 1.0
"""How long the browser may still send the run before, once it was sent another."""


def run_button(
    label: str, icon: str, deed: Callable[[], str | None], key: str, **more: Any
) -> None:
    """A button that does something to a run; icon: the name of a symbol, or ''."""
    symbol = f":material/{icon}:" if icon else None
    st.button(label, icon=symbol, key=key, on_click=do, args=(deed, key), **more)


def do(deed: Callable[[], str | None], button: str = "") -> None:
    """Do something to a run and have the page show the run of the id that it returns.

    '' is none of them, and None the one that is shown already. Why it cannot be, where it raises
    GanlabError, the page says. button: the one that was clicked, where it is no part of a fragment.
    """
    who, by_a_poll = visitor(), _by_a_poll()
    with who.busy:
        if time.monotonic() < who.polled.get(button, -math.inf) + AGAIN_SECONDS:
            if not by_a_poll:  # it has come by itself: what comes now is another one
                del who.polled[button]
            return
        try:
            run_id = deed()
            if run_id is not None:
                who.shows, who.until = run_id, math.inf
        except GanlabError as error:
            who.words = sentence(error)
        if by_a_poll and button:
            who.polled[button] = time.monotonic()
    if by_a_poll and (button or who.words or who.shows is not None):
        st.rerun()  # or the page would not be built again


def ask(dialog: str) -> None:
    """Have the page open a dialog when it is built again."""
    visitor().asks = dialog


def asked(dialog: str) -> bool:
    """Whether a click has asked for it; once."""
    who = visitor()
    if who.asks != dialog:
        return False
    who.asks = ""
    return True


def settle() -> None:
    """Show what the last click has come to: its run, or why it could not be.

    A click that is still being carried out is waited for.
    """
    who = visitor()
    with who.busy:
        address, now = st.query_params.get("run", ""), time.monotonic()
    if who.words:
        st.toast(who.words, icon=":material/error:")
        who.words = ""
    if who.shows is None:
        return
    if who.until == math.inf:
        who.left, who.until = address, now + UNDER_WAY_SECONDS
    if address == who.shows or address != who.left or now > who.until:
        who.shows = None  # the browser has understood, or went elsewhere
        return
    if who.shows:
        st.query_params.from_dict({"run": who.shows})
    else:
        del st.query_params["run"]


def _by_a_poll() -> bool:
    """Whether what runs now is a fragment alone, and not the page."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)
