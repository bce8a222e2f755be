"""Click a place of a generated picture and see where the generator looks when it draws there."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.figures import attention
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.samples import sprite, to_png
from pages.widgets.live_grid import live_grid
from pages.widgets.messages import sentence

ROWS = 4
SHOWN = ROWS**2
"""Pictures to choose from."""
LOOK_SECONDS = 5.0
"""How often a run that trains is asked for newer weights; it stores some every 15 seconds."""
SMALL = 0.05
"""Below this γ what attention gathers hardly reaches the picture."""


def attention_view(record: RunFolder, live: bool) -> None:
    """The stored generator's pictures, one of them with its places, and the map of one place.

    While the run is live, newer weights are taken as they are stored; each are read once.
    """
    st.fragment(run_every=LOOK_SECONDS if live else None)(_view)(record)


def _view(record: RunFolder) -> None:
    st.subheader("Where G looks", anchor=False)
    if not record.checkpoint.is_file():
        st.caption("The maps come with the run's first checkpoint.")
        return
    try:
        changed = record.checkpoint.stat().st_mtime
        pictures, maps, gamma = _maps(str(record.checkpoint), changed)
        step = int(record.facts().get("checkpoint_step", 0))
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        return
    st.markdown(
        "Before G draws a place, its attention layer gathers what is going on at all other places. "
        "The brighter a place glows on the right, the more the framed one takes from there."
    )
    key, side = f"attention.{record.id}", maps.shape[1]
    st.session_state.setdefault(f"{key}.place", (side // 2, side // 2))
    dark = st.context.theme.type == "dark"
    choosing, clicking, looking = st.columns([3, 4, 4], gap="medium")
    with choosing:
        which = _choice(pictures, key, f"{record.id} {changed}")
    place = st.session_state[f"{key}.place"]
    with clicking:
        st.markdown("**2. Click a place of it**")
        picked: Any = st.plotly_chart(
            attention.picture_with_places(pictures[which], side, place, dark),
            key=f"{key}.picture",
            on_select="rerun",
            selection_mode="points",
            config={"displayModeBar": False},
        )
    points = picked["selection"]["points"]
    clicked = tuple(int(x) - 1 for x in points[0]["customdata"][:2]) if points else None
    if clicked and clicked != place:
        st.session_state[f"{key}.place"] = clicked
        st.rerun(scope="fragment")
    weights = maps[which][place]
    with looking:
        st.markdown(f"**3. Row {place[0] + 1}, column {place[1] + 1} looks here**")
        st.plotly_chart(
            attention.attention_overlay(pictures[which], weights, place, dark),
            key=f"{key}.gaze",
            config={"displayModeBar": False},
        )
    st.caption(f"{said(weights, gamma)} So it is with the weights stored at step {step:,}.")


def said(weights: np.ndarray, gamma: float) -> str:
    """What a map (side, side) and the layer's γ come to, in words."""
    count, half = weights.size, attention.half_of(weights)
    where = f"Half of what this place gathers comes from {half} of {count} places"
    even = "nearly evenly from everywhere: it has not learnt where to look" * (half > 0.4 * count)
    text = f"{where}, {even}." if even else f"{where}."
    return f"{text} It is added with the weight γ = {gamma:.2g}, which starts at 0" + (
        ": so far the map hardly changes the picture." if abs(gamma) < SMALL else "."
    )


def _choice(pictures: np.ndarray, key: str, run: str) -> int:
    """The picture chosen in a small grid; at first the first."""
    picked = live_grid(
        key=f"{key}.grid",
        run=run,
        picture=to_png(sprite(pictures, ROWS)),
        step=-1,
        rows=ROWS,
        cols=ROWS,
        title="1. Choose a picture",
        labels=[f"picture {k + 1}" for k in range(SHOWN)],
        max_width=300,
        on_pick=lambda: None,
    )
    if picked is not None:
        st.session_state[f"{key}.which"] = picked
    return st.session_state.get(f"{key}.which", 0)


@st.cache_data(max_entries=4, show_spinner="Reading the generator.")
def _maps(path: str, changed: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Pictures uint8 (SHOWN, C, H, W), their maps, and γ."""
    del changed  # part of the key, so that a run that trained on is read again
    # Only here does the page need torch, and a run that trains needs the other cores.
    import torch

    from ganlab.trained.generator import attention_maps, attention_share, load

    torch.set_num_threads(1)
    generator = load(path)
    z = generator.z(SHOWN)
    return generator.pictures(z), attention_maps(generator, z), attention_share(generator)
