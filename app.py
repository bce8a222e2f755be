"""The lab: `streamlit run app.py`.

The frame stands in `pages/frame.py`, and this file only says so. With a folder `pages/` beside the
main script Streamlit would greet the first visitor of a fresh server who comes by a link, or whose
tab reconnects after a restart, with "Page not found" (its older multipage mechanism); a main script
inside that folder has no such folder beside it.
"""

import runpy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

FRAME = Path(__file__).parent / "pages" / "frame.py"


@asynccontextmanager
async def opened(app: st.App) -> AsyncIterator[None]:
    """With the server its hub opens, so that the first visitor's first Start need not wait."""
    del app
    from pages.widgets.lab import open_hub

    open_hub()
    yield


app = st.App(FRAME, lifespan=opened)

if get_script_run_ctx(suppress_warning=True):
    runpy.run_path(str(FRAME))  # run as a script, as streamlit.testing does
