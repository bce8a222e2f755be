"""Choosing the two players that a page looks into: a run, at one of the steps it has kept."""

import json
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
import torch
from torch import Tensor

from ganlab.catalogue import DATA
from ganlab.config import Choice, RunConfig
from ganlab.discriminator import Players, drawn, load_players
from ganlab.errors import GanlabError
from ganlab.generator import SHIPPED
from ganlab.runs.keepsakes import kept_steps, state_file
from ganlab.runs.record import RunInfo
from pages.widgets.lab import TRAIN, hub
from pages.widgets.words import sentence

SHIPPED_PLAYERS = "digits-players"
SHOWN = 400
"""Pictures of each kind that D is asked about."""


def choose_run() -> str:
    """A selectbox of runs with both players, and the shipped pair; the run's id or its name."""
    runs: Mapping[str, RunInfo] = {info.id: info for info in hub().runs() if _fits(info)}
    shipped = [SHIPPED_PLAYERS] if (SHIPPED / f"{SHIPPED_PLAYERS}.safetensors").is_file() else []
    names = [*runs, *shipped]
    if not names:
        st.info("Train a run on pictures first: half a minute is enough.", icon=":material/info:")
        st.page_link(TRAIN, label="Start a run", icon=":material/play_arrow:")
        st.stop()
    wanted = st.query_params.get("run", "")
    chosen = st.selectbox(
        "Run",
        names,
        names.index(wanted) if wanted in names else 0,
        format_func=lambda one: runs[one].title if one in runs else "Digits, shipped with the lab",
        key="inside.run",
        help="Runs on pictures that have a checkpoint. Those that train are looked at as stored.",
    )
    st.query_params["run"] = chosen
    return chosen


def choose_step(run: str) -> Path | str:
    """A slider over the states that the run has kept; the file of the one chosen."""
    found = stored_states(run)
    if len(found) < 2:
        return next(iter(found.values()), run)
    step = st.select_slider(
        "At step", list(found), max(found), format_func=lambda one: f"{one:,}", key=f"at.{run}"
    )
    return found[step]


def stored_states(run: str) -> dict[int, Path]:
    """The files of all states of a run by step, ascending; none for the shipped pair."""
    if run == SHIPPED_PLAYERS:
        return {}
    record = hub().store.open(run)
    found = {step: state_file(record, step) for step in kept_steps(record)}
    if record.checkpoint.is_file():
        found[int(record.facts().get("checkpoint_step", 0))] = record.checkpoint
    return dict(sorted(found.items()))


def players(where: Path | str) -> Players:
    """Both networks; ends the page in one sentence if they cannot be read."""
    try:
        changed = where.stat().st_mtime if isinstance(where, Path) else 0.0
        return _players(str(where), changed)
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        st.stop()


@st.cache_resource(max_entries=24, show_spinner="Loading the networks.")
def _players(path: str, changed: float) -> Players:
    del changed  # part of the key: a run that trained on is read again
    return load_players(path)


def asked(where: Path | str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Real and generated pictures, and D's scores of both: (N, C, H, W) uint8 twice, (N,) twice."""
    changed = where.stat().st_mtime if isinstance(where, Path) else 0.0
    return _asked(str(where), changed)


@st.cache_data(max_entries=48, show_spinner=False)
def _asked(path: str, changed: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    pair = _players(path, changed)
    real, real_labels = _real(json.dumps(pair.D.config.data.to_json()))
    fake, fake_labels = drawn(pair.G, SHOWN, seed=1)
    shown = torch.from_numpy(fake)
    told = real_labels if pair.G.classes else None
    return real, shown, pair.D.scores(real, told), pair.D.scores(shown, fake_labels)


@st.cache_data(max_entries=8, show_spinner="Reading the real pictures.")
def _real(data: str) -> tuple[Tensor, Tensor]:
    """Some real pictures and their labels, of the data that a run's configuration names."""
    chosen = Choice.parse("data", json.loads(data))
    found = DATA[chosen.name].load()(**chosen.values)
    order = torch.randperm(len(found.labels), generator=torch.Generator().manual_seed(0))[:SHOWN]
    return found.pictures[order], found.labels[order]


def _fits(info: RunInfo) -> bool:
    try:
        config = RunConfig.from_json(info.config)
    except GanlabError:
        return False
    pictures = DATA[config.data.name].traits["space"] == "pictures"
    return pictures and hub().store.open(info.id).checkpoint.is_file()
