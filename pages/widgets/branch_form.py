"""What a branch changes: another run that shares a run's past and differs from there on."""

from typing import Any

import streamlit as st

from ganlab.jobs.info import RunInfo
from ganlab.jobs.kept_states import kept_steps
from ganlab.registry import Loss, Penalty, table
from pages.widgets.lab import TRAIN, hub, plainly
from pages.widgets.messages import number
from pages.widgets.run_form import RATES

NONE = "none"

CHANGES = {
    "loss": "Loss",
    "penalties": "Penalty",
    "d_optimizer.lr": "Learning rate of D",
    "g_optimizer.lr": "Learning rate of G",
    "d_steps": "K, moves of D a step",
}
"""What a branch can differ in, by path."""


def branch_form(config: dict[str, Any]) -> dict[str, Any] | None:
    """Any number of knobs with new values; the values of the branch once its button is pressed."""
    st.markdown("A new run with the same past, that differs from there on.")
    names = st.multiselect(
        "Change",
        list(CHANGES),
        format_func=CHANGES.__getitem__,
        key="change",
        placeholder="nothing, or one or more knobs",
    )
    values = {name: _value(name, config) for name in names}
    return values if st.button("Start the branch", type="primary", key="start-branch") else None


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
    label = CHANGES[name]
    if name == "loss":
        others = [one for one in table(Loss) if one != config["loss"]["name"]]
        return st.selectbox(label, others, key="to.loss")
    if name == "penalties":
        now = {one["name"] for one in config["penalties"]}
        others = [one for one in (NONE, *table(Penalty)) if one not in (now or {NONE})]
        chosen = st.selectbox(label, others, key="to.penalties")
        return "" if chosen == NONE else chosen
    if name == "d_steps":
        return st.slider(label, 0, 10, config["d_steps"], key="to.d_steps")
    player = name.partition(".")[0]
    rates = sorted({*RATES, config[player]["lr"], 0.03, 0.1})
    return st.select_slider(
        label, rates, config[player]["lr"], format_func=number, key=f"to.{player}"
    )
