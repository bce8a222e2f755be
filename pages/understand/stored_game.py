"""Panel: the losses of a stored run, read with the same help as the small games."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.errors import GanlabError
from ganlab.runs.record import GAN
from pages.understand import two_player_game
from pages.widgets.lab import hub

BINS = 300
"""Rows that are drawn: each is the mean of a stretch of the run."""


def binned(columns: Mapping[str, NDArray[Any]], bins: int = BINS) -> dict[str, NDArray[Any]]:
    """Means of step, d_loss, g_loss and of D's answers over at most `bins` even stretches.

    A run stores how often D is right; its answer on a sample is how often it says 'real', which on
    generated samples is the other share. Rows in which a player did not move are left out.
    """
    step = columns["step"]
    groups = np.array_split(np.arange(len(step)), max(1, min(bins, len(step))))
    named = {
        "step": step.astype(float),
        "d_loss": columns["d_loss"],
        "g_loss": columns["g_loss"],
        "d_real": columns["d_real"],
        "d_fake": 1.0 - columns["d_fake"],
    }
    return {name: np.array([_mean(v[group]) for group in groups]) for name, v in named.items()}


def _mean(values: NDArray[Any]) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def stored_runs(dark: bool) -> None:
    """Let the viewer pick a run of the store and read it."""
    st.markdown("#### Now one of your own runs")
    try:
        infos = [info for info in hub().runs() if info.step and info.config and info.kind == GAN]
        if not infos:
            st.caption("No run has trained yet. Start one on another page, and read it here.")
            return
        names = {info.id: f"{info.title}, {info.state} at step {info.step:,}" for info in infos}
        chosen = st.selectbox("A stored run", list(names), format_func=names.__getitem__, key="run")
        view = hub().view(chosen)
    except GanlabError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.caption("D's answer is here the share of samples that it takes for real.")
    told = " ".join(finding["sentence"] for finding in view.info.diagnosis)
    if {"d_loss", "g_loss", "d_real", "d_fake"} <= set(view.columns):
        rows = binned(view.columns)
        loss = view.info.config["loss"]["name"]
        two_player_game.panel(rows, told or "Nothing stands out so far.", dark, loss, key="stored")
