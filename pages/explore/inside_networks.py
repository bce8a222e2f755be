"""Both networks as diagrams and tables, with what any layer gives for the z in view."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlab.anatomy import Layer, feature_maps, layers
from ganlab.data.pictures import to_float
from ganlab.discriminator import Players
from ganlab.figures.anatomy import diagram, shaping, size
from pages.widgets.enlarged import enlarged, tiles
from pages.widgets.players import players

MAPS = 32
"""Maps of a layer that are shown."""


def panel(run: str, where: Path | str) -> None:
    """Both players, a diagram each, and the maps of the layer that is clicked."""
    pair = players(where)
    seed = st.number_input("z by seed", 0, 9999, 1, key="z", width=160)
    z = pair.G.z(1, int(seed))
    labels = pair.G.checked_labels(1, np.array([int(seed) % 10])) if pair.G.classes else None
    picture = pair.G.pictures(z, labels)
    for concept, title, net, inputs in (
        ("G", "G: from z to a picture", pair.G.net, (z, labels)),
        ("D", "D: from that picture to a score", pair.D.net, (_as_input(picture), labels)),
    ):
        _network(concept, title, net, inputs, picture, pair)


def _as_input(picture: NDArray[Any]) -> Tensor:
    return to_float(torch.from_numpy(picture))


def _network(
    concept: str,
    title: str,
    net: nn.Module,
    inputs: tuple[Any, ...],
    picture: NDArray[Any],
    pair: Players,
) -> None:
    found = layers(net, *inputs)
    blocks = shaping(found)
    total = sum(layer.parameters for layer in found)
    st.markdown(f"#### {title}")
    st.caption(
        f"{total:,} parameters. A block is as high as its maps are and as wide as they are many, "
        "both on a logarithmic scale. Click one to see what it gives for this z."
    )
    drawing, beside = st.columns([4, 1], vertical_alignment="center")
    with drawing:
        chosen = _chosen(concept, blocks, found)
    with beside:
        one = picture[0].transpose(1, 2, 0).squeeze()
        st.image(enlarged(one, max(1, 140 // one.shape[0])), width=140)
        if concept == "D":
            score = float(pair.D.scores(torch.from_numpy(picture), inputs[1])[0])
            st.caption(f"D's score: {score:.2f}")
        else:
            st.caption("What G makes of this z.")
    _maps(net, chosen, inputs)
    with st.expander(f"All layers of {concept}", icon=":material/table_rows:"):
        st.table(
            {
                "layer": [layer.name for layer in found],
                "kind": [layer.kind for layer in found],
                "gives": [size(layer) for layer in found],
                "parameters": [f"{layer.parameters:,}" for layer in found],
            }
        )


def _chosen(concept: str, blocks: list[Layer], found: list[Layer]) -> Layer:
    """The layer whose maps are shown: the one clicked in the diagram, at first one with maps."""
    spatial = [layer for layer in blocks if layer.is_spatial and layer.shape[0] > 1]
    key = f"layer.{concept}"
    names = [layer.name for layer in blocks]
    current = st.session_state.get(key)
    if current not in names:
        current = (spatial or blocks)[0].name
    dark = st.context.theme.type == "dark"
    event: Any = st.plotly_chart(
        diagram(blocks, current, concept, dark),
        key=f"diagram.{concept}.{current}",
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
    )
    picked = [names[point["point_index"]] for point in event.selection.points]
    if picked and picked[0] != current:
        st.session_state[key] = picked[0]
        st.rerun()
    return next(layer for layer in found if layer.name == current)


def _maps(net: nn.Module, layer: Layer, inputs: tuple[Any, ...]) -> None:
    values = feature_maps(net, layer.name, *inputs)[0].float().numpy()
    st.markdown(f"**{layer.kind}** gives {size(layer)}")
    if values.ndim == 3:
        shown = values[:MAPS]
        st.image(tiles(_grey(shown)[:, None], 16), width="stretch")
        if len(values) > MAPS:
            st.caption(f"The first {MAPS} of {len(values)} maps, each from its least to its most.")
    else:
        flat = values.reshape(-1)[: 8 * 64]
        wide = min(64, len(flat))
        rows = np.resize(flat, (-(-len(flat) // wide), wide))
        st.image(enlarged(_grey(rows[None])[0], 12), width=min(760, 12 * wide))
        st.caption(f"{min(len(flat), values.size):,} of {values.size:,} numbers, dark to bright.")


def _grey(maps: NDArray[Any]) -> NDArray[Any]:
    """Maps (N, H, W) stretched to 0..255 each."""
    low, high = (edge(maps, axis=(1, 2), keepdims=True) for edge in (np.min, np.max))
    return ((maps - low) / np.maximum(high - low, 1e-12) * 255).round().astype(np.uint8)
