"""Directions in z: the strongest ones, and those learned from what can be measured of a digit."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.errors import ConfigError
from ganlab.generator import Generator
from ganlab.handwriting import Handwriting
from ganlab.latent import closed_form_directions, first_layer, principal_directions
from ganlab.runs.samples import sprite, to_png
from pages.explore.digits_write import directions as learned
from pages.widgets.live_grid import live_grid

STEPS = 9
KINDS = {
    "learned": "Learned from measured attributes",
    "principal": "Principal components (GANSpace)",
    "closed": "Closed form (SeFa)",
}


class Named(NamedTuple):
    """Directions with what to call them."""

    names: list[str]
    vectors: Tensor
    notes: list[str]


def panel(generator: Generator) -> None:
    """A filmstrip for each direction; for learned ones also what else they change."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Directions", KINDS, format_func=KINDS.__getitem__, key="kind")
        reach = st.slider("Reach", 0.5, 6.0, 3.0, 0.5, key="reach")
        seed = st.number_input("Seed", 0, 10**6, 0, key="direction-seed")
        label = 0
        if generator.classes:
            label = st.selectbox("Class", range(generator.classes), index=4, key="strip-class")
    try:
        found = find(generator, kind)
    except ConfigError as error:
        st.error(str(error))
        return
    pictures = strips(generator, found.vectors, seed, label, reach)
    live_grid(
        key="strips",
        run=f"{generator.name} {kind} {seed} {label} {reach}",
        picture=to_png(sprite(pictures, STEPS)),
        step=-1,
        rows=len(found.vectors),
        cols=STEPS,
        title="Each row moves along one direction; the middle is the same z",
        labels=[f"{n} {t:+.1f}" for n in found.names for t in np.linspace(-reach, reach, STEPS)],
        max_width=760,
    )
    for name, note in zip(found.names, found.notes, strict=True):
        st.markdown(f"- **{name}**: {note}")
    if kind == "learned":
        _entanglement(learned(generator.name, generator.config.hash(), generator))


def find(generator: Generator, kind: str, count: int = 8) -> Named:
    """At most eight directions of a kind; raises ConfigError where G has no such ones."""
    if kind == "learned":
        told = learned(generator.name, generator.config.hash(), generator)
        notes = [f"z tells {share:.0%} of it within a class" for share in told.shares.tolist()]
        return Named(list(told.names), told.vectors, notes)
    weight = first_layer(generator.net, generator.config.z_dim)
    if kind == "closed":
        found = closed_form_directions(weight, count)
    else:
        z = generator.z(2_000, 1)
        found = principal_directions(z, torch.relu(z @ weight.T), count)
    notes = [f"{share:.1%} of the first layer's change" for share in found.shares.tolist()]
    return Named([f"direction {k + 1}" for k in range(len(notes))], found.vectors, notes)


def strips(
    generator: Generator, vectors: Tensor, seed: int, label: int, reach: float
) -> NDArray[Any]:
    """STEPS pictures along each of vectors (K, D), row by row: (K · STEPS, C, H, W)."""
    steps = torch.linspace(-reach, reach, STEPS)[None, :, None]
    z = (generator.z(1, seed)[None] + steps * vectors[:, None]).flatten(0, 1)
    labels = torch.full((len(z),), label) if generator.classes else None
    return generator.pictures(z, labels)


def _entanglement(told: Handwriting) -> None:
    st.markdown("**What else a direction changes**, in standard deviations from −1 to 1 along it")
    rows: dict[str, Any] = {"along": list(told.names)}
    rows |= {f"{n} by": told.effects[:, j].tolist() for j, n in enumerate(told.names)}
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            f"{n} by": st.column_config.NumberColumn(format="%+.2f") for n in told.names
        },
    )
