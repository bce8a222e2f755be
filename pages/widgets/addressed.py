"""A choice that the page's address carries by its name, so that a link lives as long as the name.

Streamlit's own binding writes the label, and a run's label changes with every step it trains.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def addressed_selectbox(
    label: str,
    options: Sequence[str],
    *,
    parameter: str,
    key: str,
    title: Callable[[str], str],
    help: str | None = None,
    notice: DeltaGenerator | None = None,
    **more: Any,
) -> str:
    """A selectbox that starts on what the address names and keeps it there.

    Where that is not among the options a sentence says what is shown instead: in notice, or below.
    """
    asked = st.query_params.get(parameter, "")
    chosen = st.selectbox(
        label,
        options,
        options.index(asked) if asked in options else 0,
        format_func=title,
        key=key,
        help=help,
        **more,
    )
    if asked and asked not in options:
        say_gone(label.lower(), asked, title(chosen), notice)
    if chosen != (asked or options[0]):
        st.query_params[parameter] = chosen
    return chosen


def say_gone(noun: str, asked: str, shown: str, notice: DeltaGenerator | None = None) -> None:
    """Say that what a link names is not there, and what is shown instead."""
    (notice or st).warning(
        f"There is no {noun} '{asked}' here, or not any more. Shown instead: {shown}.",
        icon=":material/link_off:",
    )
