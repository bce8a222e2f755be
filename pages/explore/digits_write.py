"""Type a number and it is written, digit by digit, in generated handwriting."""

from math import floor

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from ganlab.evaluation.classifier import load_classifier
from ganlab.formatting import percent
from ganlab.jobs.samples import sprite, to_png
from ganlab.latent.attribute_directions import AttributeDirections, learn_directions
from ganlab.latent.saved import named_directions
from ganlab.trained.generator import Generator
from pages.widgets.live_grid import live_grid

LONGEST = 24
KNOBS = {"slant": "Slant", "weight": "Stroke weight", "width": "Width"}
TILE = 132
"""CSS pixels that a digit may take on the page."""


@st.cache_data(max_entries=6, show_spinner="Learning what slant and weight are, from 2,000 digits.")
def directions(name: str, mark: str, _generator: Generator) -> AttributeDirections:
    """The model's directions, learned once."""
    del name, mark  # they are the cache's key
    return learn_directions(_generator)


def panel(generator: Generator) -> None:
    """The text, the digits, and what the classifier reads in them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "A number, a date, a phone number",
            "2026",
            max_chars=LONGEST,
            key="text",
            bind="query-params",
        )
        one = st.toggle("One z for all", key="one-z", help="The same style in every digit.")
        if st.button("New handwriting", icon=":material/casino:"):
            st.session_state["hand"] = st.session_state.get("hand", 0) + 1
            st.session_state["rolls"] = {}
    with st.container(horizontal=True):
        turned = {
            key: st.slider(label, -3.0, 3.0, 0.0, 0.1, key=f"knob-{key}")
            for key, label in KNOBS.items()
        }
        own = {one.name: one.vector for one in named_directions(generator)}
        named = {
            name: st.slider(
                name, -3.0, 3.0, 0.0, 0.1, key=f"own-{name}", help="A direction of yours"
            )
            for name in own
        }
    classes = "0123456789"[: generator.classes]
    left_out = not_written(text, classes)
    if left_out:
        stays = "stay gaps" if " " in left_out else "stays a gap"
        st.caption(f"Only {classes[0]} to {classes[-1]} are written; {left_out} {stays}.")
    if not any(c in classes for c in text):
        st.info("Type at least one digit.", icon=":material/edit:")
        return
    push = sum((amount * own[name] for name, amount in named.items()), torch.zeros(1))
    drawn, places = write(generator, text, one, turned, push)
    picked = live_grid(
        key="written",
        run=f"{generator.name} {len(text)}",
        picture=to_png(sprite(drawn, len(text))),
        step=-1,
        rows=1,
        cols=len(text),
        max_width=min(1180, TILE * len(text)),
        caption="Click a digit for another z",
        labels=[f"a {c}" if c in classes else "a gap" for c in text],
        on_pick=lambda: None,
    )
    if picked is not None and picked < len(text):
        rolls = st.session_state.setdefault("rolls", {})
        rolls[picked] = rolls.get(picked, 0) + 1
        st.rerun()
    _say_what_is_read(drawn[places])
    st.download_button(
        "PNG",
        to_png(np.kron(sprite(drawn, len(text)), np.ones((8, 8), np.uint8))),
        file_name="digits.png",
        mime="image/png",
        icon=":material/download:",
    )


def not_written(text: str, classes: str) -> str:
    """The characters that leave a gap, each once; what usually parts numbers is not named."""
    return " ".join(dict.fromkeys(c for c in text if c not in classes and c not in " -./:+()"))


def write(
    generator: Generator, text: str, one: bool, turned: dict[str, float], push: Tensor
) -> tuple[np.ndarray, list[int]]:
    """A picture for each character, gaps black, (N, C, H, W); and the places that hold digits.

    push (1,) or (z_dim,) is added to every z.
    """
    places = [i for i, c in enumerate(text) if c.isascii() and c.isdigit()]
    hand, rolls = st.session_state.get("hand", 0), st.session_state.get("rolls", {})
    z = torch.cat(
        [generator.z(1, 7919 * hand + (0 if one else i) + 101 * rolls.get(i, 0)) for i in places]
    )
    z = z + push
    if any(turned.values()):
        found = directions(generator.name, generator.mark, generator)
        for name, amount in turned.items():
            z = z + amount * found.vectors[found.names.index(name)]
    labels = torch.tensor([int(text[i]) for i in places])
    made = generator.pictures(z, labels)
    drawn = np.zeros((len(text), *made.shape[1:]), np.uint8)
    drawn[places] = made
    return drawn, places


def _say_what_is_read(pictures: np.ndarray) -> None:
    classifier = load_classifier()
    if pictures.shape[1:] != classifier.shape:
        return
    shares = classifier.read(pictures).logits.softmax(1)
    sure, read = shares.max(1)
    words, least = "".join(str(int(c)) for c in read), floor(100 * float(sure.min())) / 100
    st.markdown(
        f"The classifier reads **{words}**, at least {percent(least)} sure of each digit.",
        help=f"{classifier.name}, {percent(classifier.card['test_accuracy'], 2)} right "
        "on MNIST's test digits.",
    )
