import streamlit as st

from pages.understand import (
    dirac_gan,
    loss_functions,
    optimal_discriminator,
    stored_game,
    two_player_game,
)


def in_practice(dark: bool) -> None:
    """Small games first, then a run of one's own."""
    two_player_game.stories(dark)
    st.divider()
    stored_game.stored_runs(dark)


PANELS = {
    "Loss functions": loss_functions.panel,
    "Optimal discriminator": optimal_discriminator.panel,
    "Dirac-GAN": dirac_gan.panel,
    "In practice": in_practice,
}

st.title("Loss dynamics")
st.markdown(
    "Two players, two losses, one game. Four panels, from a single curve to a whole run; every "
    "setting is in the address, so a link shows what you see."
)
chosen = st.segmented_control(
    "Panel",
    list(PANELS),
    default="Loss functions",
    required=True,
    key="panel",
    bind="query-params",
    label_visibility="collapsed",
)
PANELS[chosen](dark=st.context.theme.type == "dark")
