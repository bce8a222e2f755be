"""What one visitor's session holds, where a click reaches it at any time."""

import math
import threading
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st


@dataclass
class Visitor:
    """Kept for as long as the session lasts."""

    runs: set[str] = field(default_factory=set)
    """The ids of the runs that it has started."""
    first_speed: float = 0.0
    """The steps a second that its own copy of a run that ships will get; 0 is no limit."""
    copied: tuple[Path | None, str, float] = (None, "", 0.0)
    """The run that ships of which it made a copy last, the copy's id, and when that was ready."""
    shows: str | None = None
    """The run that a click has led to and the page has still to show: '' is none, None as it is."""
    left: str = ""
    """The run that the address named when the page began to show it."""
    until: float = math.inf
    """When the browser must have understood that."""
    words: str = ""
    """Why a click could not be carried out, as long as the page has not said it."""
    asks: str = ""
    """The dialog that a click asks for, as long as the page has not opened it."""
    polled: dict[str, float] = field(default_factory=dict)
    """The buttons whose click came along with a fragment's poll, and when that was carried out."""

    busy: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Held while a click is being carried out."""

    def own(self, run_id: str) -> str:
        """Remember that this session started the run; its id."""
        self.runs.add(run_id)
        return run_id


@st.cache_resource(scope="session", show_spinner=False)
def visitor() -> Visitor:
    """The visitor of this session.

    Streamlit breaks a callback off where it touches `st.session_state` after the browser has said
    something more. A resource of the session can be read all the same; the state only keeps it
    over a connection that was lost for a while.
    """
    return st.session_state.setdefault("visitor", Visitor())
