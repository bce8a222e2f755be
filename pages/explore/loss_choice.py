"""Which losses a super-resolution training follows: a form with the preset's as they stand."""

from typing import Any

import streamlit as st

from ganlab.objective.superres_losses import ADVERSARIAL, PIXEL
from ganlab.training.superres.adversarial import AdversarialRecipe
from ganlab.training.superres.recipes import PRESETS

PIXELS = {"l1": "L1", "mse": "MSE"}
GAMES = {"relativistic": "Relativistic average", "standard": "Standard"}
SEEN = {
    "squeezenet": "SqueezeNet 1.0",
    "vgg19": "VGG19, before the ReLU",
    "vgg19-relu": "VGG19, after the ReLU",
    "none": "None",
}
HEAVIEST = 1.0


def loss_choice(preset: str) -> dict[str, Any]:
    """The fields of the preset's recipe that the viewer has changed."""
    recipe = PRESETS[preset].recipe
    with st.expander("Losses", icon=":material/function:"):
        chosen: dict[str, Any] = {}
        if not isinstance(recipe, AdversarialRecipe) or "pixel" in recipe.weights:
            chosen["pixel"] = _one("Error of a pixel", PIXELS, PIXEL, recipe.pixel, preset)
            st.caption("The **content loss** of pixels: sharp in PSNR, and smooth to the eye.")
        if isinstance(recipe, AdversarialRecipe):
            game = recipe.adversarial
            chosen["adversarial"] = _one("Game", GAMES, ADVERSARIAL, game, preset)
            chosen["features"] = st.selectbox(
                "Pretrained features",
                list(SEEN),
                list(SEEN).index(recipe.features),
                format_func=SEEN.__getitem__,
                key=f"sr_features.{preset}",
                help="A **perceptual loss** is a content loss (the distance of features instead of "
                "pixels) plus the adversarial one (Ledig et al. 2017). VGG19 is taken from "
                "GANLAB_DATA or downloaded, 548 MB. Where a preset's own choice is not here, "
                "SqueezeNet stands in for it.",
            )
        chosen["total_variation"] = st.number_input(
            "Weight of the total variation",
            0.0,
            HEAVIEST,
            recipe.total_variation,
            format="%.2g",
            step=0.001,
            key=f"sr_tv.{preset}",
            help="Asks for smoothness; 0 leaves it out.",
        )
    return {name: value for name, value in chosen.items() if value != getattr(recipe, name)}


def _one(label: str, labels: dict[str, str], known: Any, default: str, preset: str) -> str:
    """One of the names that the losses know."""
    return st.segmented_control(
        label,
        list(known),
        default=default,
        required=True,
        format_func=labels.__getitem__,
        key=f"sr_{label}.{preset}",
    )
