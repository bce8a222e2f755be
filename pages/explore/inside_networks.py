"""Both networks as diagrams and tables, with what any layer gives for the z in view."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlab.data.pictures import to_float
from ganlab.figures.anatomy import diagram, shaping, size
from ganlab.networks.summary import Layer, feature_maps, layers
from ganlab.objective.transforms import pack
from ganlab.trained.discriminator import side_by_side
from pages.widgets.enlarged import enlarged, tiles
from pages.widgets.messages import signed
from pages.widgets.players import players

MAPS = 32
"""Maps of a layer that are shown."""


def panel(run: str, where: Path | str) -> None:
    """Both players and what else belongs to them, a diagram each, and the maps of a layer."""
    pair = players(where)
    G, D, m = pair.G, pair.D, pair.D.together
    seed = int(st.number_input("z by seed", 0, 9999, 1, key="z", width=160))
    z, labels = G.z(m, seed), G.conditions(m, seed)
    pictures = torch.from_numpy(G.pictures(z, labels))
    x = to_float(pictures)
    seen = "that picture" if m == 1 else f"that picture beside {m - 1} more"
    of_g = Shown("G", "G", "G: from z to a picture", "What G makes of this z.")
    score = f"D's score: {signed(float(D.scores(pictures, labels)[0]), '.2f')}"
    of_d = Shown("D", "D", f"D: from {seen} to a score", score)
    _network(of_g, G.net, (z[:1], None if labels is None else labels[:1]), pictures)
    _network(of_d, D.net, (pack(x, m), labels), side_by_side(pictures, m))
    for k, (title, net) in enumerate(getattr(G.net, "companions", {}).items()):
        _network(Shown(f"beside-{k}", "G", title, "What it is shown."), net, (x[:1],), pictures)


class Shown(NamedTuple):
    """What stands around the diagram of a network."""

    name: str
    """Its own among the networks of the page."""
    concept: str
    """Whose colour it has."""
    title: str
    caption: str
    """Below the picture."""


def _network(shown: Shown, net: nn.Module, inputs: tuple[Any, ...], pictures: Tensor) -> None:
    found = layers(net, *inputs)
    blocks = shaping(found)
    total = sum(layer.parameters for layer in found)
    st.markdown(f"#### {shown.title}")
    st.caption(
        f"{total:,} parameters. A block is as high as its maps are and as wide as they are many, "
        "both on a logarithmic scale. Click one to see what it gives for this z."
    )
    drawing, beside = st.columns([4, 1], vertical_alignment="center")
    with drawing:
        chosen = _chosen(shown, blocks, found)
    with beside:
        one = pictures[0].permute(1, 2, 0).numpy().squeeze()
        st.image(enlarged(one, max(1, 140 // one.shape[1])), width=140)
        st.caption(shown.caption)
    _maps(net, chosen, inputs)
    who = shown.title.partition(":")[0].replace("The ", "the ")
    with st.expander(f"All layers of {who}", icon=":material/table_rows:"):
        st.table(
            {
                "layer": [layer.name or "the whole" for layer in found],
                "kind": [layer.kind for layer in found],
                "gives": [size(layer) for layer in found],
                "parameters": [f"{layer.parameters:,}" for layer in found],
            }
        )


def _chosen(shown: Shown, blocks: list[Layer], found: list[Layer]) -> Layer:
    """The layer whose maps are shown: the one clicked in the diagram, at first one with maps."""
    spatial = [layer for layer in blocks if layer.is_spatial and layer.shape[0] > 1]
    key = f"layer.{shown.name}"
    names = [layer.name for layer in blocks]
    current = st.session_state.get(key)
    if current not in names:
        current = (spatial or blocks)[0].name
    dark = st.context.theme.type == "dark"
    event: Any = st.plotly_chart(
        diagram(blocks, current, shown.concept, dark),
        key=f"diagram.{shown.name}.{current}",
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
