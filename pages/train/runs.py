import time

import streamlit as st

from ganlab.jobs.info import RunInfo
from ganlab.metrics.scores import floor, has_scores, value
from ganlab.registry import Metric, find
from pages.widgets.lab import COMPARE, TRAIN, hub, plainly, say_who_leads
from pages.widgets.messages import badge, counted, duration, sentence, size, word

SHOWN = 50


@st.dialog("Delete this run?")
def ask_to_delete(info: RunInfo) -> None:
    """Ask before anything is lost."""
    st.markdown(f"**{info.title}** with its metrics, pictures and checkpoint. It cannot be undone.")
    with st.container(horizontal=True):
        if st.button("Delete it", type="primary", icon=":material/delete:"):
            with plainly():
                hub().delete(info.id)
                st.rerun()
        if st.button("Keep it"):
            st.rerun()


def row(info: RunInfo) -> None:
    """One run: what it is, how far it is, what can be done."""
    with st.container(border=True, key=f"run.{info.id}"):
        what, actions = st.columns([4, 5], vertical_alignment="center")
        when = time.strftime("%d %b %Y, %H:%M", time.localtime(info.created))
        disk = size(hub().store.open(info.id).disk_bytes())
        facts = [f"step {info.step:,} of {info.steps:,}", duration(info.seconds), disk]
        if info.state == "unreadable":
            facts = [disk]
        what.markdown(f"**{info.title}** {badge(info.state)}")
        what.caption(" · ".join([*facts, when if info.created else info.id]))
        if has_scores(info.quality):
            what.caption(_quality(info))
        repeated = info.words.rstrip(".").lower() == word(info.state)  # which the badge says
        if info.words and not repeated and info.state not in ("finished", "running"):
            what.caption(sentence(info.words))
        with actions.container(horizontal=True, horizontal_alignment="right"):
            if info.state != "unreadable":
                if st.button("Open", icon=":material/open_in_new:", key=f"open.{info.id}"):
                    st.switch_page(TRAIN, query_params={"run": info.id})
                rename(info)
            act(info)


def _quality(info: RunInfo) -> str:
    """Distance and coverage in a line, with N."""
    quality = info.quality
    parts = [
        f"{find(Metric, name).title} {value(quality, name)} (real {floor(quality, name)})"
        for name in ("frechet", "coverage")
    ]
    return f"{', '.join(parts)}, N = {quality['n']:,}"


def rename(info: RunInfo) -> None:
    """A small form for another title."""
    with (
        st.popover("", icon=":material/edit:", help="Rename"),
        st.form(f"rename.{info.id}", border=False),
    ):
        title = st.text_input("Title", info.title, max_chars=80)
        if st.form_submit_button("Rename"):
            with plainly():
                hub().rename(info.id, title)
                st.rerun()


def act(info: RunInfo) -> None:
    """Stop what trains; resume or delete what does not."""
    if info.live:
        if st.button("Stop", icon=":material/stop:", key=f"stop.{info.id}"):
            with plainly():
                hub().command(info.id, "stop")
                st.toast("Stopping with a checkpoint.")
        return
    if info.state in ("stopped", "lost", "failed") and st.button(
        "Resume", icon=":material/play_arrow:", key=f"resume.{info.id}"
    ):
        with plainly():
            hub().resume(info.id)
            st.switch_page(TRAIN, query_params={"run": info.id})
    if st.button("", icon=":material/delete:", key=f"delete.{info.id}", help="Delete"):
        ask_to_delete(info)


@st.fragment(run_every=2.0)
def runs_list(states: dict[str, str]) -> None:
    """The list; a change of some run's state redraws the page."""
    now = {info.id: info.state for info in hub().runs()}
    if now != states:
        st.rerun()


st.title("Runs", anchor=False)
st.markdown("Every run is a folder of its own. It goes on when you leave the page.")
say_who_leads()
with plainly():
    infos = hub().runs()
    total = sum(record.disk_bytes() for record in hub().store.records())
    if infos:
        resting = sum(info.state == "paused" for info in infos)
        training = sum(info.live for info in infos) - resting
        parts = [counted(len(infos), "run"), f"{training} under way", f"{size(total)} on disk"]
        if resting:
            parts.insert(2, f"{resting} paused")
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.caption(", ".join(parts))
            if len(infos) > 1:
                st.page_link(COMPARE, label="Compare them", icon=":material/compare_arrows:")
    else:
        st.info("No runs yet. Start one on the Image GANs page.", icon=":material/rocket_launch:")
        st.page_link(TRAIN, label="Start a run", icon=":material/play_arrow:")
    for info in infos[:SHOWN]:
        row(info)
    if len(infos) > SHOWN:
        st.caption(f"The {len(infos) - SHOWN} oldest are listed by `python -m ganlab runs list`.")
    runs_list({info.id: info.state for info in infos})
