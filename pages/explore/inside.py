import streamlit as st
import torch

from pages.explore import inside_eye, inside_game, inside_networks
from pages.widgets.players import choose_run, choose_step

PANELS = {
    "D's eye": inside_eye.panel,
    "You against D": inside_game.panel,
    "The networks": inside_networks.panel,
}

torch.set_num_threads(1)
st.title("Inside a GAN", anchor=False)
st.markdown(
    "What does the discriminator look at, can you do better than it, and what happens between the "
    "layers? Choose a run, and the step at which you want to look inside."
)
chosen = st.segmented_control(
    "Panel",
    list(PANELS),
    default="D's eye",
    required=True,
    key="panel",
    bind="query-params",
    label_visibility="collapsed",
)
left, right = st.columns([2, 3], gap="large")
with left:
    run = choose_run()
with right:
    where = choose_step(run)
PANELS[chosen](run, where)
