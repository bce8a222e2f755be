"""Panel: the losses of a stored run, read with the same help as the small games."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.config.choice import Choice
from ganlab.config.variants import varied
from ganlab.errors import GanlabError
from ganlab.jobs.hub import View
from ganlab.jobs.info import GAN
from pages.understand import two_player_game
from pages.widgets.lab import hub
from pages.widgets.messages import sentence, word

READ = {"d_loss", "g_loss", "d_real", "d_fake"}
"""The columns that are read."""
BINS = 300
"""Rows that are drawn: each is the mean of a stretch of the run."""


def binned(columns: Mapping[str, NDArray[Any]], bins: int = BINS) -> dict[str, NDArray[Any]]:
    """Means of step, d_loss, g_loss and of what D calls real over at most `bins` even stretches.

    A run stores how often D is right, not D(x); how often it calls a sample real is, on generated
    samples, the other share. Rows in which a player did not move are left out.
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
        names = {
            info.id: f"{info.title}, {word(info.state)} at step {info.step:,}" for info in infos
        }
        chosen = st.selectbox("A stored run", list(names), format_func=names.__getitem__, key="run")
        view = hub().view(chosen)
        said = [finding["sentence"] for finding in view.info.diagnosis]
        columns = view.columns
        if view.info.variants:
            place = _which_gan(view)
            columns, loss = _of_one(view, place)
            said = [one for one in said if _is_about(one, view, place)]
        else:
            loss = _known_loss(view)
        if not set(columns) >= READ:
            return
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    diagnosis = " ".join(said) or "Nothing stands out so far."
    two_player_game.panel(binned(columns), diagnosis, dark, loss, key="stored", shares=True)


def _known_loss(view: View) -> Choice | None:
    """The run's loss; None if it is not registered here, as that of a plug-in may be."""
    try:
        return RunConfig.from_json(view.info.config).loss
    except GanlabError:
        return None


def _which_gan(view: View) -> int:
    """The place of the one that is read, of a run that holds several."""
    labels = [one["label"] for one in view.info.variants]
    return st.selectbox(
        "Which of its GANs",
        range(len(labels)),
        format_func=labels.__getitem__,
        key=f"gan.{view.info.id}",
    )


def _is_about(finding: str, view: View, place: int) -> bool:
    """Whether a finding, which begins with a GAN's name, is of this one, or of all of them."""
    names = [f"{one['label']}: " for one in view.info.variants]
    return finding.startswith(names[place]) or not finding.startswith(tuple(names))


def _of_one(view: View, place: int) -> tuple[dict[str, NDArray[Any]], Choice]:
    """The columns of one GAN of the run and its loss."""
    columns = {
        name: values if name == "step" else values[:, place]
        for name, values in view.members.items()
    }
    config = RunConfig.from_json(view.info.config)
    return columns, varied(config, view.info.variants)[1][place].loss
