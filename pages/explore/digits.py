import streamlit as st
import torch

from pages.explore import digits_dataset, digits_measured, digits_morph, digits_table, digits_write
from pages.widgets.models import choose_model

PANELS = {
    "Write": digits_write.panel,
    "Style × class": digits_table.panel,
    "Morph": digits_morph.panel,
    "Measured": digits_measured.panel,
    "Make a data set": digits_dataset.panel,
}

torch.set_num_threads(1)
st.title("Digits on demand", anchor=False)
st.markdown(
    "A conditional GAN is told **which** digit to write; the random vector *z* decides **how**. "
    "Nothing here is looked up: every picture is made when you ask for it."
)
left, right = st.columns([5, 2], vertical_alignment="bottom")
with right:
    generator = choose_model(key="model", conditional=True)
with left:
    chosen = st.segmented_control(
        "Panel",
        list(PANELS),
        default="Write",
        required=True,
        key="panel",
        bind="query-params",
        label_visibility="collapsed",
    )
PANELS[chosen](generator)
