"""The hub that all pages of this server share, and how a page says that something is wrong."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.hub import Hub
from ganlab.paths import PAGES
from pages.widgets.messages import sentence

HOME = str(PAGES / "start/home.py")
TRAIN = str(PAGES / "train/image_gans.py")
PLAYGROUND = str(PAGES / "train/playground.py")
COLLAPSE = str(PAGES / "understand/mode_collapse.py")
RUNS = str(PAGES / "train/runs.py")
SUPERRES = str(PAGES / "explore/super_resolution.py")
INSIDE = str(PAGES / "explore/inside.py")
COMPARE = str(PAGES / "train/compare_runs.py")


@st.cache_resource(show_spinner=False)
def _hub() -> Hub:
    return Hub()


def open_hub() -> None:
    """Open the hub in the background; what stands in its way a page will say."""

    def opening() -> None:
        with suppress(GanlabError):
            _hub()

    threading.Thread(target=opening, daemon=True).start()


def hub() -> Hub:
    """The server's hub; ends the page with one sentence if the store cannot be used."""
    try:
        return _hub()
    except GanlabError as error:
        st.error(f"{sentence(error)} Set GANLAB_HOME to a folder that can be written.")
        st.stop()


@contextmanager
def plainly() -> Iterator[None]:
    """Inside, a GanlabError becomes one sentence on the page."""
    try:
        yield
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")


def say_who_leads() -> None:
    """Tell, if so, that another server on the same store launches the runs."""
    if not hub().leads:
        st.info(
            "Another ganlab server looks after this store. Runs that you start here are launched "
            "by it, and this server takes over when it ends.",
            icon=":material/info:",
        )
