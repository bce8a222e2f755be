"""A question after a figure: the answer shows once the viewer has tried."""

from collections.abc import Mapping

import streamlit as st


def question(key: str, text: str, options: Mapping[str, str], right: str, answer: str) -> None:
    """Ask text; options maps each choice to a kind reply, right is the best one."""
    with st.container(border=True):
        st.markdown(f":material/lightbulb: **Your turn.** {text}")
        choice = st.radio(
            "Your answer",
            list(options),
            index=None,
            key=f"question_{key}",
            label_visibility="collapsed",
        )
        if choice is None:
            st.caption("Pick what you think. The answer shows when you have tried.")
        elif choice == right:
            st.success(f"**Yes.** {options[choice]} {answer}", icon=":material/check_circle:")
        else:
            st.info(f"**A fair thought.** {options[choice]}", icon=":material/explore:")
            st.markdown(f"The best answer is **{right}**. {answer}")
