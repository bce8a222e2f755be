from collections.abc import Callable
from typing import NamedTuple

import streamlit as st
import torch

from ganlab.metrics.scores import in_short
from ganlab.presets import objective
from ganlab.registry import Preset, find
from ganlab.trained.generator import Generator
from pages.explore import systems_attributes, systems_codes, systems_features
from pages.widgets.lab import TRAIN
from pages.widgets.system_models import choose_system, quality_of


class System(NamedTuple):
    """What a panel is about."""

    panel: Callable[[Generator], None]
    offer: str
    """What a model's networks must have."""
    preset: str
    words: str


SYSTEMS = {
    "Codes": System(
        systems_codes.panel,
        "codes",
        "infogan",
        "**InfoGAN** sets a few coordinates of *z* apart as **codes** and pays both players when "
        "they can be read back off the picture. Nobody says what a code should mean.",
    ),
    "Attributes": System(
        systems_attributes.panel,
        "an encoder",
        "vae-gan",
        "**VAE/GAN** has an **encoder** beside G and D: it finds the *z* of a picture. What *z* of "
        "slanted digits have over upright ones can be added to any picture.",
    ),
    "Features": System(
        systems_features.panel,
        "a classifier's features",
        "figan",
        "**FIGAN** is given **features of a classifier** and draws what has them. Walk one up and "
        "down, and see what the classifier looks for.",
    ),
}

torch.set_num_threads(1)
left, right = st.columns([5, 3], vertical_alignment="bottom")
left.title("Codes, attributes, features", anchor=False)
chosen = left.segmented_control(
    "Panel",
    list(SYSTEMS),
    default="Codes",
    required=True,
    key="panel",
    bind="query-params",
    label_visibility="collapsed",
)
system = SYSTEMS[chosen]
with right:
    generator = choose_system(system.offer, f"digits-{system.preset}", system.preset)
words, link = st.columns([5, 1], vertical_alignment="center")
words.markdown(system.words)
link.page_link(
    TRAIN, label="Train one", icon=":material/grid_view:", query_params={"preset": system.preset}
)
if generator is not None:
    if told := in_short(quality_of(generator)):
        st.caption(told)
    system.panel(generator)
preset = find(Preset, system.preset)
with st.expander("How it works", icon=":material/menu_book:"):
    st.markdown(preset.idea)
    for formula in objective(preset):
        st.latex(formula)
    st.markdown(f"**Recipe.** {preset.recipe}")
    st.markdown("**What to look at.** " + " ".join(preset.look))
    st.caption(f"After {preset.paper or preset.source}.")
