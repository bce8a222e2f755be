"""Which losses a super-resolution training follows: a form with the preset's as they stand."""

from typing import Any

import streamlit as st

from ganlab.presets.superres import GAMES, SUPERRES_PRESETS

PIXELS = {"l1": "L1", "mse": "MSE"}
GAME_TITLES = {"relativistic": "Relativistic average", "standard": "Standard"}
SEEN = {
    "squeezenet": "SqueezeNet 1.0",
    "vgg19": "VGG19, before the ReLU",
    "vgg19-relu": "VGG19, after the ReLU",
    "none": "None",
}
HEAVIEST = 1.0


def loss_choice(preset: str) -> dict[str, Any]:
    """What the viewer has changed of the preset's losses, as `superres_config` takes it."""
    config = SUPERRES_PRESETS[preset].config
    values = config.flat()
    own: dict[str, Any] = {"total_variation": 0.0}
    with st.expander("Losses", icon=":material/function:"):
        chosen: dict[str, Any] = {}
        if "terms.sr-pixel.error" in values:
            own["pixel"] = str(values["terms.sr-pixel.error"])
            chosen["pixel"] = _one("Error of a pixel", PIXELS, own["pixel"], preset)
            st.caption("The **content loss** of pixels: sharp in PSNR, and smooth to the eye.")
        if config.adversarial:
            own["adversarial"] = next(word for word in GAMES if GAMES[word] == config.loss.name)
            chosen["adversarial"] = _one("Game", GAME_TITLES, own["adversarial"], preset)
            own["features"] = str(values["terms.sr-features.eyes"])
            chosen["features"] = st.selectbox(
                "Pretrained features",
                list(SEEN),
                list(SEEN).index(own["features"]),
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
            own["total_variation"],
            format="%.2g",
            step=0.001,
            key=f"sr_tv.{preset}",
            help="Asks for smoothness; 0 leaves it out.",
        )
    return {name: value for name, value in chosen.items() if value != own[name]}


def _one(label: str, labels: dict[str, str], default: str, preset: str) -> str:
    """One of the names that the losses know."""
    return st.segmented_control(
        label,
        list(labels),
        default=default,
        required=True,
        format_func=labels.__getitem__,
        key=f"sr_{label}.{preset}",
    )
