import streamlit as st

from pages.understand import collapse_race

PANELS = {
    "Race": collapse_race.panel,
}

st.header("Mode collapse", anchor=False)
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
