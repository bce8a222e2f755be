"""The paper's generator and discriminator, drawn and listed layer by layer."""

from collections.abc import Sequence

import streamlit as st

from ganlab.figures.anatomy import diagram, size
from ganlab.networks.srgan_paper import discriminator_layers, drawn, folded, generator_layers
from ganlab.networks.summary import Layer

SAID = {
    "G": (
        "G: SRResNet, from 24×24 to 96×96 pixels",
        "What the residual blocks give is added to what went in, block by block, and after the "
        "last one once more from the first layer. Each PixelShuffle lays four maps into one of "
        "twice the side.",
    ),
    "D": (
        "D: from 96×96 pixels to a logit",
        "Strides halve the side where the paper doubles the maps next. The dense head fixes the "
        "size of what it can judge, and holds four fifths of its parameters.",
    ),
}


def paper_networks(dark: bool) -> None:
    """A folded panel with both networks of Ledig et al. 2017, figure 4."""
    with st.expander("The paper's networks, layer by layer", icon=":material/account_tree:"):
        st.markdown(
            "As in figure 4 of [Ledig et al. 2017](https://arxiv.org/abs/1609.04802), which "
            "writes `k9n64s1` for a convolution of 9×9 that gives 64 maps with stride 1."
        )
        for concept, found in zip("GD", _networks(), strict=True):
            _network(concept, found, dark)


@st.cache_data(show_spinner=False)
def _networks() -> tuple[list[Layer], list[Layer]]:
    return folded(generator_layers()), folded(discriminator_layers())


def _network(concept: str, found: Sequence[Layer], dark: bool) -> None:
    title, words = SAID[concept]
    total = sum(layer.parameters for layer in found)
    st.markdown(f"##### {title}")
    st.caption(f"{total:,} parameters. {words}")
    st.plotly_chart(
        diagram(drawn(found), "", concept, dark),
        key=f"figure4.{concept}",
        config={"displayModeBar": False},
    )
    st.table(
        {
            "layer": [layer.name for layer in found],
            "kind": [layer.kind for layer in found],
            "gives": [size(layer) for layer in found],
            "parameters": [f"{layer.parameters:,}" for layer in found],
        }
    )
