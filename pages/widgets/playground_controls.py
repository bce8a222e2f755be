"""What is done to the playground's run as a whole: the row of buttons, its speed, its dialogs."""

from urllib.parse import urlsplit

import streamlit as st

from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from pages.widgets import playback
from pages.widgets.clicks import ask, asked, do, run_button
from pages.widgets.messages import sentence
from pages.widgets.play_buttons import play_buttons
from pages.widgets.resume import speed_of
from pages.widgets.run_form import run_form
from pages.widgets.scenes import Scene

HERE = ("localhost", "127.0.0.1", "::1")
"""What a machine calls itself, and no other machine calls it."""
SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 0.0)


def controls(now: Scene) -> None:
    """Everything that moves the run, in one row."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="controls"):
        tips = (
            "One step: K moves of D, then one of G. Pauses the run.",
            "Only D moves.",
            "Only G moves.",
        )
        play_buttons(now, tips)
        run_button(
            "Reset",
            "restart_alt",
            lambda: playback.reset(now),
            key="reset",
            help="Back to step 0 with the same seed, which gives the same run.",
        )
        run_button(
            "New seed",
            "casino",
            lambda: playback.reset(now, new_seed=True),
            key="luck",
            help="Back to step 0 with another seed.",
        )
        slow = "slow" in st.session_state
        run_button(
            "Slow motion",
            "slow_motion_video",
            lambda: switch_slow_motion(now),
            key="slow-motion",
            type="primary" if slow else "secondary",
            help="Walk through one iteration, caption by caption.",
        )
        run_button(
            "Share",
            "link",
            lambda: ask("share"),
            key="share",
            help="A link to this run at this step.",
        )


def choose_speed(now: Scene) -> None:
    """How fast the run may go, for eyes that want to follow; the run itself remembers."""
    key, stored = f"speed.{now.info.id}", speed_of(now)
    # The slider shows what is in force, whoever set it: another tab, or this one before a reload.
    st.session_state[key] = min(
        SPEEDS, key=lambda rate: ((rate == 0) != (stored == 0), abs(rate - stored))
    )
    st.select_slider(
        "Steps a second",
        SPEEDS,
        format_func=lambda rate: f"{rate:g}" if rate else "full speed",
        key=key,
        on_change=lambda: do(lambda: playback.limit_speed(now, st.session_state[key])),
    )


def switch_slow_motion(now: Scene) -> str | None:
    """Into slow motion, for which the run rests, and out of it; the id of a new run that rests."""
    if "slow" in st.session_state:
        del st.session_state["slow"]
        return None
    st.session_state["slow"] = 0
    try:
        return playback.rest(now)
    except GanlabError:
        del st.session_state["slow"]
        raise


def share_if_asked(now: Scene, at: int | None) -> None:
    """The dialog that the button asks for; `at` is the step that the viewer looks at."""
    if asked("share"):
        share(now, at)


@st.dialog("Share this run")
def share(now: Scene, at: int | None) -> None:
    """A link to copy."""
    try:
        text = playback.link(now, at)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    where = now.info.step if at is None else at
    st.markdown(
        f"The link holds the whole configuration, the seed and everything that was turned. Whoever "
        f"opens it sees this run train to **step {where:,}** and rest there, with the same picture."
    )
    base = (st.context.url or "").partition("?")[0]
    st.code(f"{base}?share={text}", language=None, wrap_lines=True)
    if urlsplit(base).hostname in HERE:
        st.caption(
            "Its address is this machine's own name for itself: others cannot open it. Put the "
            "address by which they reach the lab in front of `?share=`."
        )


@st.dialog("All settings", width="large")
def all_settings(now: Scene) -> None:
    """Networks, noise and everything else that needs a new run."""
    config = RunConfig.from_json(now.info.config)
    try:
        chosen = run_form(config, key=f"all.{now.run}")
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    if st.button("Start a new run", icon=":material/play_arrow:", type="primary"):
        do(lambda: playback.start(chosen, now.info.title, left=now))
        st.rerun()
