"""A page that is polled and hears nothing for long asks for itself.

The browser polls a fragment for ever and never minds that no answer comes. What brings a tab back
is a rerun of the whole page, as a click outside of all fragments or a new connection causes it.
"""

import time

from streamlit.components.v2 import component

from pages.widgets.component import HERE, nothing

SECONDS = 60.0
"""Without a pulse, after which the page is asked for; in vain, twice as long the next time.

More than a film takes, which is drawn in the same thread: a rerun of the page would draw it again.
"""

_component = component("ganlab_silence", js=(HERE / "silence.js").read_text(encoding="utf-8"))


def pulse() -> None:
    """Tell the browser that it is answered; call it in the fragment that is polled."""
    _component(key="pulse", data={"sent": time.time()}, on_asked_change=nothing)


def ask_when_silent(seconds: float = SECONDS) -> None:
    """Watch over the pulse of a page; call it outside of the fragment."""
    _component(key="silence", data={"seconds": seconds}, on_asked_change=nothing)
