"""Rows are z, columns are classes: what conditioning keeps, and what it changes."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch

from ganlab.data.mnist import load_mnist
from ganlab.errors import DataError
from ganlab.figures.digits import class_bars
from ganlab.generator import Generator
from ganlab.home import data_folders
from ganlab.judge.classifier import load_judge
from ganlab.runs.samples import sprite, to_png
from pages.widgets.live_grid import live_grid

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
    judge = load_judge()
    if picture.shape != judge.shape:
        st.caption("The classifier reads 28×28 in grey only.")
        return
    shares = judge.read(picture[None]).logits.softmax(1)[0].numpy()
    left, right = st.columns([1, 2])
    left.image(np.kron(picture[0], np.ones((6, 6), np.uint8)), width=168)
    figure: go.Figure = class_bars(shares, label, st.context.theme.type == "dark")
    right.plotly_chart(figure, config={"displayModeBar": False}, key="cell-bars")
    near = _nearest(picture.tobytes())
    if near is None:
        st.caption("With MNIST in GANLAB_DATA its nearest training digits would stand here.")
        return
    st.markdown("**Nearest training digits**, in the classifier's features")
    st.image(np.kron(sprite(near, len(near)), np.ones((2, 2), np.uint8)), width=336)
    st.caption("If one of them were the same picture, the model would have learned it by heart.")


@st.cache_resource(show_spinner="Reading the training digits once.")
def _training() -> tuple[np.ndarray, torch.Tensor] | None:
    """20,000 training digits and their features, if MNIST is here; never downloads."""
    if not any((folder / "MNIST" / "raw").is_dir() for folder in data_folders()):
        return None
    try:
        pictures = load_mnist("train").pictures[:20_000]
    except DataError:
        return None
    return pictures.numpy(), load_judge().read(pictures).features


@st.cache_data(max_entries=200, show_spinner=False)
def _nearest(content: bytes, count: int = 6) -> np.ndarray | None:
    found = _training()
    if found is None:
        return None
    pictures, features = found
    one = np.frombuffer(content, np.uint8).reshape(1, *pictures.shape[1:]).copy()
    apart = torch.cdist(load_judge().read(one).features, features)[0]
    return pictures[apart.argsort()[:count].numpy()]
