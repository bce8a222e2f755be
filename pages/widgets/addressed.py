"""A choice that the page's address carries by its name, so that a link lives as long as the name.

Streamlit's own binding writes the label, and a run's label changes with every step it trains.
"""

from collections.abc import Callable, Sequence

import streamlit as st


def addressed_selectbox(
    label: str,
    options: Sequence[str],
    *,
    parameter: str,
    key: str,
    title: Callable[[str], str],
    help: str | None = None,
) -> str:
    """A selectbox that starts on what the address names and keeps it there."""
    wanted = st.query_params.get(parameter, "")
    chosen = st.selectbox(
        label,
        options,
        options.index(wanted) if wanted in options else 0,
        format_func=title,
        key=key,
        help=help,
    )
    if chosen != (wanted or options[0]):
        st.query_params[parameter] = chosen
    return chosen
