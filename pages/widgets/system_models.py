"""Choosing a model of one system: the shipped one, or a run of yours."""

from typing import Any

import streamlit as st

from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from ganlab.paths import CHECKPOINTS
from ganlab.registry import Network, find
from ganlab.trained.generator import Generator, find_checkpoint, load
from pages.widgets.lab import hub
from pages.widgets.messages import sentence
from pages.widgets.time_machine import choose_state, still_there


@st.cache_resource(max_entries=6, show_spinner="Loading the model.")
def _loaded(path: str, changed: float) -> Generator:
    del changed  # part of the key, so that a run that trained on is read again
    return load(path)


def choose_system(offer: str, shipped: str, preset: str) -> Generator | None:
    """A selectbox of the models whose networks have what is offered, and the one chosen.

    Without any model the page says how to get one, and None is returned.
    """
    runs = {info.id: info for info in hub().runs() if _fits(info, offer)}
    ours = [shipped] if (CHECKPOINTS / f"{shipped}.safetensors").is_file() else []
    names = [*ours, *runs]
    if not names:
        st.info("No model of this kind yet: train one, and it appears here while it trains.")
        return None
    name = st.selectbox(
        "Model",
        names,
        format_func=lambda one: "Shipped digits" if one == shipped else _title(runs[one]),
        key=f"model.{preset}",
        help="The shipped model, or a run of yours that has a checkpoint.",
    )
    try:
        past = choose_state(name, f"model.{preset}.at.{name}") if name in runs else None
        path = past or find_checkpoint(name)
        with still_there(path):
            return _loaded(str(path), path.stat().st_mtime)
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        return None


def quality_of(generator: Generator) -> dict[str, Any]:
    """What was measured of the model's run, or what the model's card says; {} for neither."""
    try:
        return hub().store.open(generator.name).info().quality
    except GanlabError:
        return generator.card.get("measured", {})


def _fits(info: RunInfo, offer: str) -> bool:
    try:
        config = RunConfig.from_json(info.config)
    except GanlabError:
        return False
    return bool(info.step) and offer in find(Network, config.network.name).offers


def _title(info: RunInfo) -> str:
    return f"{info.title}, step {info.step:,} ({info.id})"
