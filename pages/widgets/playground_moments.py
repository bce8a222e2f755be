"""Two ways to look closer: branch from a step of the past, and one iteration in slow motion."""

import time
from collections.abc import Callable

import streamlit as st

from pages.widgets import playback
from pages.widgets.branch_form import branch_form
from pages.widgets.clicks import do
from pages.widgets.resume import Shown
from pages.widgets.scenes import Scene
from pages.widgets.slow_motion import STAGES, Facts


def branch_here(scene: Shown, at: int | None) -> None:
    """Another run from the step that is looked at, with any knobs changed."""
    step = scene.info.step if at is None else min(at, scene.info.step)
    with st.popover(f"Branch from step {step:,}", icon=":material/call_split:", key="branch"):
        values = branch_form(scene.info.config)
        if values is not None:
            do(lambda: playback.branch(scene, step, values))
            st.rerun()


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
    st.session_state["slow"] = following
    st.session_state["slow.due"] = 0.0
    if STAGES[following].moves:
        do(lambda: playback.step(scene, STAGES[following].who))


def newest(scene: Scene) -> dict[str, float]:
    """The newest number of each metric that captions tell."""
    found = {}
    for name in ("d_loss", "g_loss", "g_gradient"):
        values = scene.columns.get(name)
        if values is not None and (values == values).any():
            found[name] = float(values[values == values][-1])
    return found
