"""What to try first on the playground: three steps that tick themselves off."""

import streamlit as st

from ganlab.config import RunConfig
from ganlab.jobs.info import RunInfo
from ganlab.presets import preset
from pages.widgets import playback
from pages.widgets.clicks import run_button
from pages.widgets.scenes import Scene

COLLAPSE: RunConfig = preset("ring-collapse").with_values({"batch": 120, "precision": "float32"})
"""A plain GAN whose G learns ten times as fast as its D."""
SEEN_AFTER = 2_000
"""Steps after which its modes are counted."""
OPEN = "hint"
"""The key under which a session keeps which steps are done, or None once the hint is hidden."""


def hint(now: Scene) -> None:
    """The steps, from the first look at the run that ships until they are hidden.

    They stay while runs change, so that the canvas below keeps its place.
    """
    if not now.info.id:
        st.session_state.setdefault(OPEN, set())
    done: set[int] | None = st.session_state.get(OPEN)
    if done is None:
        return
    done |= seen(now.info)
    with st.container(border=True, key="try-first", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(":material/lightbulb: **Try this first.**", width="content")
            run_button(
                "Open the collapse",
                "scatter_plot",
                lambda: playback.start(COLLAPSE, "Mode collapse", "ring-collapse", left=now),
                key="open-collapse",
                type="tertiary",
            )
            st.button(
                "Hide",
                icon=":material/close:",
                key="hide-hint",
                type="tertiary",
                on_click=_hide,
            )
        st.markdown("\n".join(_line(k, text, k in done) for k, text in enumerate(STEPS, 1)))


STEPS = (
    "This ring was learnt in 8,000 steps: press **Reset**, then **Play**, and watch it happen.",
    "Press **Open the collapse**: the plain GAN on the same ring, its G ten times as fast as its "
    "D.",
    "Wait: with each of the seeds 0 to 4 at most one of the eight modes is left after 2,000 steps, "
    "counted on 2,500 samples.",
)


def seen(info: RunInfo) -> set[int]:
    """The steps that a look at this run shows to be done."""
    if not info.id:
        return set()
    if info.preset != "ring-collapse":
        return {1} if info.resets and info.step else set()
    return {2, 3} if info.step >= SEEN_AFTER else {2}


def _hide() -> None:
    st.session_state[OPEN] = None


def _line(number: int, text: str, done: bool) -> str:
    mark = ":green[:material/check_circle:]" if done else ":gray[:material/circle:]"
    return f"{mark} {number}. {text}  "
