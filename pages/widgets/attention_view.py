"""Click a place of a generated picture and see where the generator looks when it draws there."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.figures import attention
from ganlab.runs.record import Record
from pages.widgets.words import number, sentence

SHOWN = 16
"""Pictures to choose from."""


@st.fragment
def attention_view(record: Record) -> None:
    """The stored generator's pictures, one of them with its places, and the map of one place."""
    st.subheader("Where G looks", anchor=False)
    if not record.checkpoint.is_file():
        st.caption("The maps come with the run's first checkpoint.")
        return
    try:
        pictures, maps, gamma = _maps(str(record.checkpoint), record.checkpoint.stat().st_mtime)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    key = f"attention.{record.id}"
    which = st.slider("Picture", 1, SHOWN, 1, key=f"{key}.which") - 1
    side = maps.shape[1]
    st.session_state.setdefault(f"{key}.place", (side // 2, side // 2))
    left, right = st.columns(2)
    with left:
        st.caption("Click a place of the picture.")
        picked: Any = st.plotly_chart(
            attention.picture_with_places(pictures[which], side, st.session_state[f"{key}.place"]),
            key=f"{key}.picture",
            on_select="rerun",
            selection_mode="points",
            width="content",
            config={"displayModeBar": False},
        )
    points = picked["selection"]["points"]
    place = tuple(int(x) for x in points[0]["customdata"][:2]) if points else None
    if place and place != st.session_state[f"{key}.place"]:
        st.session_state[f"{key}.place"] = place
        st.rerun(scope="fragment")
    row, column = st.session_state[f"{key}.place"]
    with right:
        st.caption(f"Where G looks when it draws row {row}, column {column} of {side}×{side}.")
        st.plotly_chart(
            attention.gaze(pictures[which], maps[which, row, column], (row, column)),
            key=f"{key}.gaze",
            width="content",
            config={"displayModeBar": False},
        )
    st.caption(
        f"γ = {number(gamma)} is how much of what is gathered is added; near 0 the map says little."
    )


@st.cache_data(max_entries=4, show_spinner="Reading the generator.")
def _maps(path: str, changed: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Pictures uint8 (SHOWN, C, H, W), their maps, and γ."""
    del changed  # part of the key, so that a run that trained on is read again
    from ganlab.attending import attention_maps, used
    from ganlab.generator import load

    generator = load(path)
    z = generator.z(SHOWN)
    return generator.pictures(z), attention_maps(generator, z), used(generator)
