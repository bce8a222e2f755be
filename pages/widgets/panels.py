"""A page of several panels about one model: its head, and the panel that was chosen."""

from collections.abc import Callable, Mapping

import streamlit as st
import torch

from ganlab.trained.generator import Generator
from pages.widgets.models import choose_model

Panel = Callable[[Generator], None]


def show_panels(title: str, words: str, panels: Mapping[str, Panel], *, conditional: bool) -> None:
    """Title and words, the choice of panel and model, then the panel.

    The address holds both choices, so that a link leads to what one sees.
    """
    torch.set_num_threads(1)
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    left.title(title, anchor=False)
    notice = st.container()
    with right:
        generator = choose_model(key="model", conditional=conditional, notice=notice)
    st.markdown(words)
    chosen = st.segmented_control(
        "Panel",
        list(panels),
        default=next(iter(panels)),
        required=True,
        key="panel",
        bind="query-params",
        label_visibility="collapsed",
    )
    panels[chosen](generator)
