"""A run that holds many GANs, in one bar: how far it is and what is left, and Stop."""

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from pages.widgets.lab import hub
from pages.widgets.messages import badge, counted, duration, sentence


def say_progress(info: RunInfo, name: str = "") -> None:
    """State, steps, speed and time left of the run."""
    share = min(info.step / info.steps, 1.0) if info.steps else 0.0
    parts = [name] if name else []
    parts += [counted(len(info.variants), "GAN"), f"step {info.step:,} of {info.steps:,}"]
    if info.state == "running" and info.speed:
        left = (info.steps - info.step) / info.speed
        parts += [f"{info.speed:,.0f} steps a second", f"{duration(left)} left"]
    elif info.seconds:
        parts.append(f"{duration(info.seconds)} of training")
    st.progress(share, text=f"{badge(info.state)} " + " · ".join(parts))
    if info.words and info.state not in ("running", "finished"):
        st.caption(info.words)


def progress_and_stop(info: RunInfo, name: str = "") -> None:
    """The same, with a button that ends a run under way."""
    if not info.live:
        say_progress(info, name)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container():
            say_progress(info, name)
        if st.button("Stop", icon=":material/stop:", key=f"stop-{info.id}"):
            _stop(info, name)


def _stop(info: RunInfo, name: str) -> None:
    try:
        hub().command(info.id, "stop")
        st.toast(f"{name or 'The run'} stops.", icon=":material/stop_circle:")
    except GanlabError as error:  # it had just ended by itself
        st.toast(sentence(error), icon=":material/error:")
