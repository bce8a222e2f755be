"""Choosing the two players that a page looks into: a run, at one of the steps it has kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
import torch
from torch import Tensor

from ganlab.config import Choice, RunConfig
from ganlab.data.pictures import load_pictures
from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from ganlab.paths import CHECKPOINTS
from ganlab.trained.discriminator import Players, drawn, load_players
from pages.widgets.addressed import addressed_selectbox
from pages.widgets.lab import TRAIN, hub
from pages.widgets.messages import sentence
from pages.widgets.time_machine import choose_state, still_there

SHIPPED_PLAYERS = "digits-players"
SHIPPED_TITLE = "Digits, shipped with the lab"
SHOWN = 400
"""Pictures of each kind that D is asked about."""


def choose_run() -> str:
    """A selectbox of runs with both players, and the shipped pair; the run's id or its name."""
    runs: Mapping[str, RunInfo] = {info.id: info for info in hub().runs() if _fits(info)}
    shipped = (
        [SHIPPED_PLAYERS] if (CHECKPOINTS / f"{SHIPPED_PLAYERS}.safetensors").is_file() else []
    )
    names = [*runs, *shipped]
    if not names:
        st.info("Train a run on pictures first: half a minute is enough.", icon=":material/info:")
        st.page_link(TRAIN, label="Start a run", icon=":material/play_arrow:")
        st.stop()
    return addressed_selectbox(
        "Run",
        names,
        parameter="run",
        key="inside.run",
        title=lambda one: runs[one].title if one in runs else SHIPPED_TITLE,
        help="Runs on pictures that have a checkpoint. Those that train are looked at as stored.",
    )


def title_of(run: str) -> str:
    """What people call the run."""
    return SHIPPED_TITLE if run == SHIPPED_PLAYERS else hub().view(run).info.title


def choose_step(run: str) -> Path | str:
    """A slider over the states that the run has kept; the file of the one chosen."""
    return run if run == SHIPPED_PLAYERS else choose_state(run, f"at.{run}") or run


def players(where: Path | str) -> Players:
    """Both networks; ends the page in one sentence if they cannot be read."""
    try:
        with still_there(where):
            changed = where.stat().st_mtime if isinstance(where, Path) else 0.0
            return _players(str(where), changed)
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        st.stop()


@st.cache_resource(max_entries=24, show_spinner="Loading the networks.")
def _players(path: str, changed: float) -> Players:
    del changed  # part of the key: a run that trained on is read again
    return load_players(path)


class Asked(NamedTuple):
    """What D was asked, and what it said: real and generated, the same of both."""

    real: Tensor
    """(N, C, H, W) uint8; so is fake."""
    fake: Tensor
    real_told: Tensor | None
    """What D is conditioned on for each picture, (N, ...); None without conditions."""
    fake_told: Tensor | None
    real_scores: Tensor
    """(N,), or (N / m,) of a D that judges m pictures together."""
    fake_scores: Tensor


def asked(where: Path | str) -> Asked:
    """D's answers to some real and some generated pictures."""
    changed = where.stat().st_mtime if isinstance(where, Path) else 0.0
    return Asked(*_asked(str(where), changed))


@st.cache_data(max_entries=48, show_spinner=False)
def _asked(path: str, changed: float) -> tuple[Any, ...]:
    pair = _players(path, changed)
    m = pair.D.together
    real, labels = _real(json.dumps(pair.D.config.data.to_json()))
    whole = len(real) // m * m
    real, labels = real[:whole], labels[:whole]
    pictures, fake_told = drawn(pair.G, SHOWN // m * m, seed=1)
    fake = torch.from_numpy(pictures)
    real_told = pair.G.conditions_of(real, labels)
    scores = pair.D.scores(real, real_told), pair.D.scores(fake, fake_told)
    return real, fake, real_told, fake_told, *scores


@st.cache_data(max_entries=8, show_spinner="Reading the real pictures.")
def _real(data: str) -> tuple[Tensor, Tensor]:
    """Some real pictures and their labels, of the data that a run's configuration names."""
    found = load_pictures(Choice.parse("data", json.loads(data)))
    order = torch.randperm(len(found.labels), generator=torch.Generator().manual_seed(0))[:SHOWN]
    return found.pictures[order], found.labels[order]


def _fits(info: RunInfo) -> bool:
    try:
        RunConfig.from_json(info.config)
    except GanlabError:
        return False
    return not info.on_points and hub().store.open(info.id).checkpoint.is_file()
