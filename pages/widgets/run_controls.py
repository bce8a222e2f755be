"""What can be done with a run: pause, step, stop, turn its knobs, take its files."""

import time
from typing import Any

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.export import files
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import GAN, RunInfo
from ganlab.registry import Loss, table
from pages.widgets.clicks import do, run_button
from pages.widgets.lab import hub
from pages.widgets.run_form import rate_slider

ANSWER_SECONDS = 3.0
MORE = 2000
"""Steps that one click adds to a finished run."""


def run_buttons(info: RunInfo) -> None:
    """The buttons that fit the run's state, in one row; Pause and Resume stand in one place."""
    with st.container(
        horizontal=True, horizontal_alignment="right", gap="xsmall", key="run-buttons"
    ):
        if info.state == "paused" and info.kind == GAN:
            _button("Step", "skip_next", info.id, "step", key="step", who="both")
            for who in ("D", "G"):
                _button(f"Step {who}", "", info.id, "step", key=f"step-{who}", who=who)
        if info.state == "running":
            _button("Pause", "pause", info.id, "pause", primary=True)
        if info.state == "paused":
            _button("Resume", "play_arrow", info.id, "resume", primary=True)
        if info.live:
            _button("Stop", "stop", info.id, "stop")
        elif info.state != "unreadable":
            done = info.state == "finished"
            more = MORE if info.kind == GAN else info.steps
            run_button(
                f"Train {more:,} steps more" if done else "Resume",
                "play_arrow",
                lambda: hub().resume(info.id, more if done else 0),
                key="resume",
                type="primary",
            )
        new_run_button("New run")


def new_run_button(label: str) -> None:
    """To the form for a new run."""
    run_button(label, "add", lambda: "", key="new-run")


def _button(
    label: str,
    icon: str,
    run_id: str,
    verb: str,
    key: str = "",
    primary: bool = False,
    **argument: Any,
) -> None:
    run_button(
        label,
        icon,
        lambda: _wait_for(run_id, hub().command(run_id, verb, **argument)),
        key=key or verb,
        type="primary" if primary else "secondary",
    )


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
        value = st.session_state[widget]
        do(lambda: _wait_for(run_id, hub().command(run_id, "turn", name=path, value=value)))

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
    losses = list(table(Loss))
    st.selectbox(
        "Loss",
        losses,
        losses.index(config.loss.name),
        key=f"{key}.loss",
        **watch("loss", f"{key}.loss"),
    )


def downloads(record: RunFolder) -> None:
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
            lambda: files.metrics_csv(record),
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
                lambda: files.grid_png(record),
                f"{name}.png",
                "image/png",
                on_click="ignore",
                icon=":material/image:",
            )
