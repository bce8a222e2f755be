"""Rows are z, columns are classes: what conditioning keeps, and what it changes."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch

from ganlab.data.mnist import has_mnist
from ganlab.errors import DataError
from ganlab.evaluation.classifier import load_classifier
from ganlab.evaluation.memorisation import Training, nearest, read_training
from ganlab.figures.digits import class_bars
from ganlab.jobs.samples import sprite, to_png
from ganlab.trained.generator import Generator
from pages.widgets.live_grid import live_grid
from pages.widgets.messages import sentence

ROWS = 8


def panel(generator: Generator) -> None:
    """The table, and the cell that was clicked beside it."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        seed = st.number_input("Seed", 0, 10**6, 0, key="table-seed", bind="query-params")
        z = generator.z(ROWS, seed).repeat_interleave(generator.classes, 0)
        labels = torch.arange(generator.classes).repeat(ROWS)
        pictures = generator.pictures(z, labels)
        picked = live_grid(
            key="table",
            run=f"{generator.name} {seed}",
            picture=to_png(sprite(pictures, generator.classes)),
            step=-1,
            rows=ROWS,
            cols=generator.classes,
            title="The same z in a row, the same class in a column",
            caption="Click a cell",
            labels=[f"z {i // generator.classes + 1}, a {int(c)}" for i, c in enumerate(labels)],
            max_width=620,
            on_pick=lambda: None,
        )
        if picked is not None:
            st.session_state["cell"] = picked
    with right:
        cell = min(st.session_state.get("cell", 3), len(pictures) - 1)
        _cell(pictures[cell], int(labels[cell]), cell // generator.classes + 1)


def _cell(picture: np.ndarray, label: int, row: int) -> None:
    st.markdown(f"**z {row}, asked for a {label}**")
    classifier = load_classifier()
    if picture.shape != classifier.shape:
        st.caption("The classifier reads 28×28 in grey only.")
        return
    shares = classifier.read(picture[None]).logits.softmax(1)[0].numpy()
    left, right = st.columns([1, 2])
    left.image(np.kron(picture[0], np.ones((6, 6), np.uint8)), width=168)
    figure: go.Figure = class_bars(shares, label, st.context.theme.type == "dark")
    right.plotly_chart(figure, config={"displayModeBar": False}, key="cell-bars")
    _copies(picture)


def _copies(picture: np.ndarray) -> None:
    """The nearest of all training digits, and how near real digits come to them."""
    if not has_mnist():
        st.caption("With MNIST in GANLAB_DATA its nearest training digits would stand here.")
        return
    try:
        training = _training()
    except DataError as error:
        st.caption(sentence(error))
        return
    found = nearest(picture, training)
    st.markdown(
        f"**Nearest of {len(training.features):,} training digits**, in the classifier's features"
    )
    st.image(np.kron(sprite(found.pictures, len(found.pictures)), np.ones((2, 2), np.uint8)))
    low, middle, high = training.usual
    near = found.distances[0]
    said = "nearer than real ones come" if near < low else "as near as real ones come"
    st.caption(
        f"The nearest is {near:.2f} away, {said if near <= high else 'farther than most real ones'}"
        f": a real test digit's nearest is {middle:.2f} away, 90 % of them {low:.2f} to {high:.2f}."
        " A copy would be much nearer, and look the same."
    )


@st.cache_resource(show_spinner=False)
def _training() -> Training:
    bar = st.progress(0.0, "Reading the training digits once.")

    def report(words: str, share: float) -> None:
        bar.progress(min(share, 1.0), words)

    try:
        return read_training(report)
    finally:
        bar.empty()
