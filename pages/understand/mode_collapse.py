import streamlit as st

from pages.understand import (
    collapse_digits,
    collapse_map,
    collapse_race,
    method_cards,
    method_seeds,
)
from pages.widgets.navigation import leave_if_asked

PANELS = {
    "Race": collapse_race.panel,
    "Map": collapse_map.panel,
    "Statistics": method_seeds.panel,
    "Digits": collapse_digits.panel,
    "Methods": method_cards.panel,
}

st.header("Mode collapse", anchor=False)
leave_if_asked()
if st.query_params.get("panel") == "Remedies":  # as older links call it
    st.query_params["panel"] = st.session_state["panel"] = "Methods"
chosen = st.segmented_control(
    "Panel",
    list(PANELS),
    default="Race",
    required=True,
    key="panel",
    bind="query-params",
    label_visibility="collapsed",
)
PANELS[chosen](dark=st.context.theme.type == "dark")
