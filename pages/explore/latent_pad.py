"""The plane through three pictures, or along two directions, as a pad to drag on."""

from typing import Any

import streamlit as st
import torch
from numpy.typing import NDArray

from ganlab.errors import ConfigError
from ganlab.latent.interpolation import Plane, closed_form_directions, first_layer, plane_through
from ganlab.trained.generator import Generator
from pages.widgets.messages import sentence
from pages.widgets.pad import Axis, pad

SIDE = 21
"""Pictures along an edge of the atlas."""
PLANES = ("Three anchors", "Two strongest directions")


def panel(generator: Generator) -> None:
    """Which plane, and the pad."""
    if generator.makes_points:
        st.info("The pad is an atlas of pictures: choose a model that makes some.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control("Plane", PLANES, default=PLANES[0], required=True, key="plane")
        seed = st.number_input("Seed", 0, 10**6, 0, key="pad-seed", bind="query-params", width=130)
        label = 0
        if generator.classes:
            label = st.selectbox("Class", range(generator.classes), index=3, key="pad-class")
    reach = (-0.25, 1.25) if kind == PLANES[0] else (-4.0, 4.0)
    try:
        atlas = _atlas(generator.name, generator.mark, kind, seed, label, reach, generator)
    except ConfigError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    names = ("towards b", "towards c") if kind == PLANES[0] else ("first", "second")
    pad(
        key="pad",
        atlas=atlas,
        across=Axis(names[0], *reach),
        up=Axis(names[1], *reach),
        label="A plane through latent space.",
        hint="Drag anywhere, or use the arrow keys: the picture follows without asking the server.",
    )
    if kind == PLANES[0]:
        st.caption("Three draws a, b, c span the plane: a at (0, 0), b at (1, 0), c at (0, 1).")
    else:
        st.caption("The two steps in z that change G's first layer most (SeFa), around one draw.")


@st.cache_data(max_entries=12, show_spinner=f"Painting the atlas, {SIDE**2} pictures.")
def _atlas(
    name: str,
    mark: str,
    kind: str,
    seed: int,
    label: int,
    reach: tuple[float, float],
    _generator: Generator,
) -> NDArray[Any]:
    del name, mark
    z = _generator.z(3, seed)
    if kind == PLANES[0]:
        plane = plane_through(*z)
    else:
        weight = first_layer(_generator.net, _generator.config.z_dim)
        plane = Plane(z[0], *closed_form_directions(weight, 2).vectors)
    points = plane.atlas(SIDE, reach)
    labels = torch.full((len(points),), label) if _generator.classes else None
    return _generator.pictures(points, labels)
