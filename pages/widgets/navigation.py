"""Leaving for another page out of a fragment that keeps running again.

A browser asks for such a fragment until it learns that the whole page runs again. A request that
is still on its way when `st.switch_page` is called names the page that was left, and Streamlit goes
back to it: the new page stands empty. So the page first runs as a whole, which ends the requests,
lets those under way arrive, and leaves then.
"""

import time

import streamlit as st

ON_ITS_WAY = 0.5
"""Seconds that a request may take."""
_KEY = "leaves for"


def leave_for(page: str, run_id: str) -> None:
    """Show a run on another page; for a fragment. Ends the run of the script."""
    st.session_state[_KEY] = (page, run_id)
    st.rerun()


def leave_if_asked() -> None:
    """At the top of a page with such fragments: go where one of them wants to."""
    if asked := st.session_state.pop(_KEY, None):
        page, run_id = asked
        with st.spinner("Opening it alone…"):
            time.sleep(ON_ITS_WAY)
        st.switch_page(page, query_params={"run": run_id})
