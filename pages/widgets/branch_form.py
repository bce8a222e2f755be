"""What a branch changes: another run that shares a run's past and differs from there on."""

from typing import Any

import streamlit as st

from ganlab.catalogue import LOSSES, PENALTIES
from ganlab.runs.keepsakes import kept_steps
from ganlab.runs.record import RunInfo
from pages.widgets.lab import TRAIN, hub, plainly
from pages.widgets.run_form import RATES
from pages.widgets.words import number

CHANGES = {
    "nothing": "nothing",
    "loss": "the loss",
    "penalties": "the penalty",
    "d_optimizer.lr": "the learning rate of D",
    "g_optimizer.lr": "the learning rate of G",
    "d_steps": "K",
}
"""What a branch can differ in, by path."""


def branch_form(config: dict[str, Any]) -> dict[str, Any] | None:
    """One knob and its new value; the values of the branch once its button is pressed."""
    st.markdown("A new run with the same past, that differs from there on.")
    name = st.selectbox("Change", list(CHANGES), format_func=CHANGES.__getitem__, key="change")
    value = _value(name, config)
    if not st.button("Start the branch", type="primary", key="start-branch"):
        return None
    return {} if name == "nothing" else {name: value}


def branch_from_a_stored_step(info: RunInfo) -> None:
    """A popover for a run on pictures: choose one of the states it has kept, and what differs."""
    record = hub().store.open(info.id)
    steps = set(kept_steps(record))
    if record.checkpoint.is_file():
        steps.add(int(record.facts().get("checkpoint_step", 0)))
    if not steps:
        return
    with st.popover("Branch", icon=":material/call_split:", help="Start again from the past"):
        found = sorted(steps)
        at = found[-1]
        if len(found) > 1:
            at = st.select_slider(
                "From step", found, at, format_func=lambda one: f"{one:,}", key="branch-at"
            )
        values = branch_form(info.config)
        if values is not None:
            with plainly():
                child = hub().branch(info.id, values, at)
                st.switch_page(TRAIN, query_params={"run": child})


def _value(name: str, config: dict[str, Any]) -> Any:
    """The widget for what a branch changes; its value."""
    if name == "nothing":
        return None
    if name == "loss":
        others = [one for one in LOSSES if one != config["loss"]["name"]]
        return st.selectbox("to", others, key="to.loss")
    if name == "penalties":
        now = {one["name"] for one in config["penalties"]}
        others = [one for one in ("none", *PENALTIES) if one not in (now or {"none"})]
        chosen = st.selectbox("to", others, key="to.penalties")
        return "" if chosen == "none" else chosen
    if name == "d_steps":
        return st.slider("to", 0, 10, config["d_steps"], key="to.d_steps")
    player = name.partition(".")[0]
    rates = sorted({*RATES, config[player]["lr"], 0.03, 0.1})
    return st.select_slider(
        "to", rates, config[player]["lr"], format_func=number, key=f"to.{player}"
    )
