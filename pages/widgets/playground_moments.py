"""Two ways to look closer: branch from a step of the past, and one iteration in slow motion."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from ganlab.catalogue import LOSSES, PENALTIES
from pages.widgets import playing
from pages.widgets.run_form import RATES
from pages.widgets.scenes import Scene
from pages.widgets.slow_motion import STAGES, Facts
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


def branch_here(scene: playing.Shown, at: int | None) -> None:
    """Another run from the step that is looked at, with one knob changed."""
    step = scene.info.step if at is None else min(at, scene.info.step)
    with st.popover(f"Branch from step {step:,}", icon=":material/call_split:", key="branch"):
        st.markdown("A new run with the same past, that differs from there on.")
        name = st.selectbox("Change", list(CHANGES), format_func=CHANGES.__getitem__, key="change")
        value = _value(name, scene)
        if st.button("Start the branch", type="primary", key="start-branch"):
            values = {} if name == "nothing" else {name: value}
            playing.do(lambda: playing.branch(scene, step, values))
            st.rerun()


def _value(name: str, scene: playing.Shown) -> Any:
    """The widget for what a branch changes; its value."""
    config = scene.info.config
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


def slow_motion_panel(scene: Scene, draw: Callable[[int, int], None]) -> None:
    """Captions of one iteration over the canvas; at two of them the networks really move."""
    by_itself, seconds = _pace()
    stage = int(st.session_state["slow"])
    every = seconds if by_itself else None
    st.fragment(run_every=every)(_captions)(scene, stage, by_itself, seconds)
    draw(int(st.session_state["slow"]), int(1000 * min(seconds, 2.0)))


def _pace() -> tuple[bool, float]:
    """Whether the captions go on by themselves, and the seconds for each."""
    return (
        bool(st.session_state.get("slow.alone", False)),
        float(st.session_state.get("slow.seconds", 3.0)),
    )


def _captions(scene: Scene, stage: int, by_itself: bool, seconds: float) -> None:
    now = time.monotonic()
    due = st.session_state.get("slow.due", 0.0)
    if by_itself and stage == int(st.session_state["slow"]) and now >= due > 0:
        go_on(scene)
        st.rerun()
    if by_itself and due <= 0:
        st.session_state["slow.due"] = now + 0.9 * seconds
    one = STAGES[stage]
    facts: Facts = {"config": scene.info.config} | newest(scene)
    with st.container(border=True, key="caption"):
        st.markdown(
            f":{'blue' if one.who == 'D' else 'orange'}-badge[{one.who}'s turn] "
            f"**{stage % 6 + 1} of 6 · {one.title}**\n\n{one.words(facts)}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Next",
                icon=":material/arrow_forward:",
                type="primary",
                key="slow.next",
                on_click=go_on,
                args=(scene,),
            )
            st.toggle("By itself", key="slow.alone", on_change=_start_clock)
            st.slider(
                "Seconds a caption",
                1.0,
                10.0,
                3.0,
                0.5,
                key="slow.seconds",
                width=200,
                on_change=_start_clock,
            )


def _start_clock() -> None:
    st.session_state["slow.due"] = 0.0


def go_on(scene: Scene) -> None:
    """To the next caption; at those of an update the player really makes its step."""
    following = (int(st.session_state["slow"]) + 1) % len(STAGES)
    if STAGES[following].moves:
        playing.do(lambda: playing.step(scene, STAGES[following].who))
    st.session_state["slow"] = following
    st.session_state["slow.due"] = 0.0


def newest(scene: Scene) -> dict[str, float]:
    """The newest number of each metric that captions tell."""
    found = {}
    for name in ("d_loss", "g_loss", "g_gradient"):
        values = scene.columns.get(name)
        if values is not None and (values == values).any():
            found[name] = float(values[values == values][-1])
    return found
