"""Directions in z: the strongest ones, and those learned from what can be measured of a digit."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.errors import ConfigError
from ganlab.evaluation.classifier import readable
from ganlab.formatting import percent
from ganlab.jobs.samples import sprite, to_png
from ganlab.latent.attribute_directions import side_effects
from ganlab.latent.interpolation import closed_form_directions, first_layer, principal_directions
from ganlab.latent.saved import (
    LONGEST,
    file_of,
    forget_direction,
    name_direction,
    named_directions,
)
from ganlab.metrics.attributes import ATTRIBUTES
from ganlab.trained.generator import Generator
from pages.explore.digits_write import directions as learned
from pages.widgets.lab import plainly
from pages.widgets.live_grid import live_grid
from pages.widgets.messages import sentence

STEPS = 9
KINDS = {
    "learned": "Learned from measured attributes",
    "principal": "Principal components (GANSpace)",
    "closed": "Closed form (SeFa)",
    "named": "Named by you",
}


class Named(NamedTuple):
    """Directions with what to call them."""

    names: list[str]
    vectors: Tensor
    notes: list[str]


def panel(generator: Generator) -> None:
    """A filmstrip for each direction, what else it changes, and a name for the ones worth it."""
    if generator.makes_points:
        st.info("Directions want pictures to be looked at: choose a model that makes some.")
        return
    digits = generator.config.data.name in readable()
    kinds = [kind for kind in KINDS if digits or kind != "learned"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Directions", kinds, format_func=KINDS.__getitem__, key="kind", width=265
        )
        reach = st.slider("Reach", 0.5, 6.0, 3.0, 0.5, key="reach")
        seed = st.number_input("Seed", 0, 10**6, 0, key="direction-seed", width=130)
        label = 0
        if generator.classes:
            classes = range(generator.classes)
            label = st.selectbox("Class", classes, index=4, key="strip-class", width=100)
    try:
        found = find(generator, kind)
    except ConfigError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    if not found.names:
        st.info("No direction of this model has a name yet: find one, and name it below its strip.")
        return
    left, right = st.columns([7, 5], gap="large")
    with left:
        _strips(generator, found, kind, int(seed), label, reach)
    with right:
        notes = zip(found.names, found.notes, strict=True)
        st.markdown("\n".join(f"- **{name}**: {note}" for name, note in notes))
        if kind == "named":
            _forget(generator, found)
        else:
            _name(generator, found, kind)
    if digits:
        _entanglement(generator, found)


def _strips(
    generator: Generator, found: Named, kind: str, seed: int, label: int, reach: float
) -> None:
    pictures = strips(generator, found.vectors, seed, label, reach)
    live_grid(
        key="strips",
        run=f"{generator.mark} {kind} {seed} {label} {reach} {len(found.names)}",
        picture=to_png(sprite(pictures, STEPS)),
        step=-1,
        rows=len(found.vectors),
        cols=STEPS,
        title="Each row moves along one direction; the middle is the same z",
        labels=[f"{n} {t:+.1f}" for n in found.names for t in np.linspace(-reach, reach, STEPS)],
        max_width=640,
    )


def find(generator: Generator, kind: str, count: int = 8) -> Named:
    """At most eight directions of a kind; raises ConfigError where G has no such ones."""
    if kind == "named":
        own = named_directions(generator)
        notes = [one.origin + ("" if one.fresh else ", before the model went on") for one in own]
        vectors = torch.stack([one.vector for one in own]) if own else torch.empty(0)
        return Named([one.name for one in own], vectors, notes)
    if kind == "learned":
        directions = learned(generator.name, generator.mark, generator)
        notes = [
            f"z tells {percent(share)} of it within a class" for share in directions.shares.tolist()
        ]
        return Named(list(directions.names), directions.vectors, notes)
    weight = first_layer(generator.net, generator.config.z_dim)
    if kind == "closed":
        found = closed_form_directions(weight, count)
    else:
        z = generator.z(2_000, 1)
        found = principal_directions(z, torch.relu(z @ weight.T), count)
    notes = [f"{percent(share, 1)} of the first layer's change" for share in found.shares.tolist()]
    return Named([f"direction {k + 1}" for k in range(len(notes))], found.vectors, notes)


def _name(generator: Generator, found: Named, kind: str) -> None:
    """A form that keeps one of the directions under a name, beside the model."""
    with (
        st.form("name-direction", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        which = st.selectbox("Keep", found.names, key=f"keep-{kind}")
        name = st.text_input("as", max_chars=LONGEST, key="direction-name", placeholder="a name")
        sent = st.form_submit_button("Name it", icon=":material/bookmark_add:")
    if sent:
        with plainly():
            vector = found.vectors[found.names.index(which)]
            name_direction(generator, name, vector, f"{which}, {KINDS[kind]}")
            st.success(
                f"Kept in {file_of(generator).name}. It stands under “{KINDS['named']}”, and on "
                "Digits as a slider.",
                icon=":material/bookmark_added:",
            )


def _forget(generator: Generator, found: Named) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = st.selectbox("Named direction", found.names, key="forget-which")
        st.button(
            "Remove",
            icon=":material/delete:",
            on_click=forget_direction,
            args=(generator, which),
        )


def strips(
    generator: Generator, vectors: Tensor, seed: int, label: int, reach: float
) -> NDArray[Any]:
    """STEPS pictures along each of vectors (K, D), row by row: (K · STEPS, C, H, W)."""
    steps = torch.linspace(-reach, reach, STEPS)[None, :, None]
    z = (generator.z(1, seed)[None] + steps * vectors[:, None]).flatten(0, 1)
    labels = torch.full((len(z),), label) if generator.classes else None
    return generator.pictures(z, labels)


@st.cache_data(max_entries=20, show_spinner="Measuring what each direction changes.")
def _effects(mark: str, vectors: NDArray[Any], _generator: Generator) -> NDArray[Any]:
    del mark  # part of the key
    return side_effects(_generator, torch.from_numpy(vectors)).numpy()


def _entanglement(generator: Generator, found: Named) -> None:
    st.markdown("**What a direction changes**, in standard deviations from −1 to 1 along it")
    effects = _effects(generator.mark, found.vectors.numpy(), generator)
    rows: dict[str, Any] = {"along": found.names}
    rows |= {f"{name} by": effects[:, j].tolist() for j, name in enumerate(ATTRIBUTES)}
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            f"{n} by": st.column_config.NumberColumn(format="%+.2f") for n in ATTRIBUTES
        },
    )
    st.caption("A direction that changes one column only would be disentangled; few are.")
