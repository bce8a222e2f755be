"""What can be done with a run: pause, step, stop, turn its knobs, take its files."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from ganlab.catalogue import LOSSES
from ganlab.errors import GanlabError
from ganlab.runs import export
from ganlab.runs.info import GAN, RunInfo
from ganlab.runs.record import Record
from pages.widgets.lab import hub
from pages.widgets.run_form import rate_slider
from pages.widgets.words import sentence

ANSWER_SECONDS = 3.0
MORE = 2000
"""Steps that one click adds to a finished run."""


def run_buttons(info: RunInfo) -> None:
    """The buttons that fit the run's state, in one row; Pause and Resume stand in one place.

    What they do they do as callbacks: a click that reaches the server together with what a live
    chart says comes with a rerun of that chart's fragment alone, where no button is asked.
    """
    with st.container(
        horizontal=True, horizontal_alignment="right", gap="xsmall", key="run-buttons"
    ):
        if info.state == "paused" and info.kind == GAN:
            _button("Step", ":material/skip_next:", info.id, "step", who="both")
            for who in ("D", "G"):
                _button(f"Step {who}", None, info.id, "step", who=who)
        if info.state == "running":
            _button("Pause", ":material/pause:", info.id, "pause", primary=True)
        if info.state == "paused":
            _button("Resume", ":material/play_arrow:", info.id, "resume", primary=True)
        if info.live:
            _button("Stop", ":material/stop:", info.id, "stop")
        elif info.state != "unreadable":
            done = info.state == "finished"
            more = MORE if info.kind == GAN else info.steps
            st.button(
                f"Train {more:,} steps more" if done else "Resume",
                icon=":material/play_arrow:",
                type="primary",
                key="resume",
                on_click=_try,
                args=(lambda: hub().resume(info.id, more if done else 0),),
            )
        if st.button("New run", icon=":material/add:", key="new-run"):
            leave_run()


def leave_run() -> None:
    """Go to the form for a new run."""
    # switch_page to the page that is open leaves the run in the address, and a reload goes back.
    st.query_params.pop("run", None)
    st.rerun()


def _button(
    label: str, icon: str | None, run_id: str, verb: str, primary: bool = False, **argument: Any
) -> None:
    st.button(
        label,
        icon=icon,
        type="primary" if primary else "secondary",
        key=f"{verb}{argument.get('who', '')}",
        on_click=_try,
        args=(lambda: _wait_for(run_id, hub().command(run_id, verb, **argument)),),
    )


def _try(action: Callable[[], object]) -> None:
    try:
        action()
    except GanlabError as error:
        st.toast(sentence(error), icon=":material/error:")


def _wait_for(run_id: str, number: int | None) -> None:
    """Wait until the worker has answered, so that the page shows what is so and not what was."""
    if number is None:
        return
    record, deadline = hub().store.open(run_id), time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        answer = record.answer(number)
        if answer == "":
            return
        if answer:
            raise GanlabError(answer)
        time.sleep(0.02)


@st.fragment
def live_knobs(run_id: str) -> None:
    """Knobs that take effect at once; each turn becomes a flag on the charts."""
    config = hub().store.open(run_id).config()
    key = f"knob.{run_id}"

    def turn(path: str, widget: str) -> None:
        try:
            number = hub().command(run_id, "turn", name=path, value=st.session_state[widget])
            _wait_for(run_id, number)
        except GanlabError as error:
            st.toast(sentence(error), icon=":material/error:")

    def watch(path: str, widget: str) -> dict[str, Any]:
        return {"on_change": turn, "args": (path, widget)}

    for who, path, rate in (
        ("D", "d_optimizer.lr", config.d_optimizer.lr),
        ("G", "g_optimizer.lr", config.g_optimizer.lr),
    ):
        label = f"Learning rate of {who}"
        rate_slider(st, label, rate, key, **watch(path, f"{key}.{label}"))
    st.slider(
        "K, moves of D a step",
        0,
        10,
        config.d_steps,
        key=f"{key}.k",
        **watch("d_steps", f"{key}.k"),
    )
    losses = list(LOSSES)
    st.selectbox(
        "Loss",
        losses,
        losses.index(config.loss.name),
        key=f"{key}.loss",
        **watch("loss", f"{key}.loss"),
    )


def downloads(record: Record) -> None:
    """Everything that a run leaves, one button each; files are made when they are asked for."""
    with st.container(horizontal=True, key="downloads"):
        name = record.id
        if record.checkpoint.is_file():
            st.download_button(
                "Checkpoint",
                record.checkpoint.read_bytes,
                f"{name}.safetensors",
                on_click="ignore",
                icon=":material/save:",
                help="Weights, optimisers and random streams: all that Resume needs.",
            )
        st.download_button(
            "Metrics (CSV)",
            lambda: export.metrics_csv(record),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/table:",
        )
        if record.network.is_file():
            st.download_button(
                "Network",
                record.network.read_bytes,
                f"{name}-network.safetensors",
                on_click="ignore",
                icon=":material/neurology:",
                help="The averaged weights with their card: a method for `upscale --method`.",
            )
        if record.sample_steps():
            st.download_button(
                "Pictures (PNG)",
                lambda: export.grid_png(record),
                f"{name}.png",
                "image/png",
                on_click="ignore",
                icon=":material/image:",
            )
