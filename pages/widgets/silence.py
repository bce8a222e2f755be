"""A page that is polled and hears nothing for long asks for itself.

The browser polls a fragment for ever and never minds that no answer comes. What brings a tab back
is a rerun of the whole page, as a click outside of all fragments or a new connection causes it.
"""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from pages.widgets.component import nothing, script

SECONDS = 60.0
"""Without a pulse, after which the page is asked for; in vain, twice as long the next time.

More than a film takes, which is drawn in the same thread: a rerun of the page would draw it again.
"""

_component = component("ganlab_silence", js=script("silence.js"))


def polled(act: Callable[..., None], every: float | None, name: str = "") -> Callable[..., None]:
    """Act as a fragment that runs again every so many seconds, and is watched over; None: never.

    name: its own among several of a page.
    """

    def answering(*arguments: Any) -> None:
        act(*arguments)
        if every:
            pulse(name)

    def whole(*arguments: Any) -> None:
        st.fragment(run_every=every)(answering)(*arguments)
        if every:
            ask_when_silent(name=name)

    return whole


def pulse(name: str = "") -> None:
    """Tell the browser that it is answered; call it in the fragment that is polled."""
    _component(key=f"pulse{name}", data={"sent": time.time()}, on_asked_change=nothing)


def ask_when_silent(seconds: float = SECONDS, name: str = "") -> None:
    """Watch over the pulse of a page; call it outside of the fragment."""
    _component(key=f"silence{name}", data={"seconds": seconds}, on_asked_change=nothing)
