import streamlit as st

from pages.explore import many_pictures, one_picture, train_superres
from pages.widgets.lab import plainly

PANELS = {
    "One picture": one_picture.panel,
    "Many files": many_pictures.panel,
    "Train one": train_superres.panel,
}

st.title("Super-resolution")
st.markdown(
    "A small picture has lost its fine detail for good. **Bicubic** smooths over the gap, a "
    "network trained towards the pixels makes the **safest guess**, and a **GAN** paints what "
    "could have been there. Compare them closely, and measure what each one costs."
)
chosen = st.segmented_control(
    "Panel",
    list(PANELS),
    default="One picture",
    required=True,
    key="panel",
    bind="query-params",
    label_visibility="collapsed",
)
with plainly():
    PANELS[chosen](dark=st.context.theme.type == "dark")
