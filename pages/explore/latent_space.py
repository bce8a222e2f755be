import streamlit as st
import torch

from pages.explore import latent_directions, latent_inversion, latent_pad, latent_walk
from pages.widgets.models import choose_model

PANELS = {
    "Walk": latent_walk.panel,
    "Pad": latent_pad.panel,
    "Directions": latent_directions.panel,
    "Inversion": latent_inversion.panel,
}

torch.set_num_threads(1)
st.title("Latent space", anchor=False)
st.markdown(
    "Every picture is a point *z* that went through **G**. Neighbours in latent space are "
    "neighbours on the screen, so one can walk from any picture to any other."
)
left, right = st.columns([5, 2], vertical_alignment="bottom")
with right:
    generator = choose_model(key="model", conditional=False)
with left:
    chosen = st.segmented_control(
        "Panel",
        list(PANELS),
        default="Walk",
        required=True,
        key="panel",
        bind="query-params",
        label_visibility="collapsed",
    )
PANELS[chosen](generator)
