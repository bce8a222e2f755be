"""From one class to another by mixing their labels, z fixed; and what truncation costs."""

import numpy as np
import streamlit as st
import torch
from torch.nn import functional as F

from ganlab.evaluation.classifier import load_classifier
from ganlab.formatting import percent
from ganlab.jobs.samples import sprite, to_png
from ganlab.metrics.feature_distances import neighbours
from ganlab.trained.generator import Generator
from pages.widgets.live_grid import live_grid

STEPS = 11
ROWS = 4


def panel(generator: Generator) -> None:
    """The morph and, below it, truncation."""
    with st.container(horizontal=True):
        names = list(range(generator.classes))
        start = st.selectbox("From", names, index=min(1, len(names) - 1), key="from")
        end = st.selectbox("To", names, index=min(5, len(names) - 1), key="to")
        seed = st.number_input("Seed", 0, 10**6, 0, key="morph-seed")
    share = torch.linspace(0, 1, STEPS)[:, None]
    ends = F.one_hot(torch.tensor([start, end]), generator.classes).float()
    mixture = ((1 - share) * ends[0] + share * ends[1]).repeat(ROWS, 1)
    z = generator.z(ROWS, seed).repeat_interleave(STEPS, 0)
    live_grid(
        key="morph",
        run=f"{generator.name} {start} {end} {seed}",
        picture=to_png(sprite(generator.pictures(z, mixture), STEPS)),
        step=-1,
        rows=ROWS,
        cols=STEPS,
        title=f"From {start} to {end}: the label is mixed, each row keeps its z",
        labels=[f"{percent(k / (STEPS - 1))} of {end}" for k in range(STEPS)] * ROWS,
        max_width=820,
    )
    st.divider()
    _truncation(generator)


def _truncation(generator: Generator) -> None:
    st.markdown("**Truncation** shrinks z towards 0: surer digits, fewer kinds of them.")
    psi = st.slider("ψ in ψ·z", 0.1, 1.0, 1.0, 0.05, key="psi")
    left, right = st.columns([3, 2], gap="large")
    z = generator.z(40, 3) * psi
    labels = torch.arange(40) % generator.classes
    with left:
        live_grid(
            key="truncated",
            run=generator.name,
            picture=to_png(sprite(generator.pictures(z, labels), generator.classes)),
            step=-1,
            rows=-(-40 // generator.classes),
            cols=generator.classes,
            max_width=620,
        )
    sure, whole, kept = _cost(generator.name, generator.mark, psi, generator)
    with right:
        st.metric("Confidence of the classifier", percent(sure, 1), border=True)
        st.metric(
            "Coverage",
            percent(kept),
            delta=f"{percent(kept - whole, sign='+')} against ψ = 1"
            if psi != 1
            else "at ψ = 1, the whole",
            delta_color="normal" if psi != 1 else "off",
            delta_arrow="auto" if psi != 1 else "off",
            border=True,
            help="Share of 1,000 untruncated digits with one of 1,000 truncated ones nearby.",
        )


@st.cache_data(max_entries=60, show_spinner="Measuring what it costs.")
def _cost(name: str, mark: str, psi: float, _generator: Generator) -> tuple[float, float, float]:
    """Mean confidence at ψ, coverage of other untruncated digits at ψ = 1, and at ψ."""
    del name, mark
    labels = torch.arange(1_000) % _generator.classes
    classifier = load_classifier()
    at = [_generator.pictures(_generator.z(1_000, s) * p, labels) for s, p in ((1, 1), (2, 1))]
    at.append(_generator.pictures(_generator.z(1_000, 2) * psi, labels))
    if at[0].shape[1:] != classifier.shape:
        return float("nan"), float("nan"), float("nan")
    base, fair, cut = (classifier.read(np.asarray(one)) for one in at)
    whole, kept = (neighbours(one.features, base.features).coverage for one in (fair, cut))
    return float(cut.logits.softmax(1).amax(1).mean()), whole, kept
