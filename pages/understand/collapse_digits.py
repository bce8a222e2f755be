"""Panel: mode collapse on pictures, a run that collapses beside one that does not."""

from collections.abc import Mapping

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from ganlab.registry import Preset, find
from pages.widgets.film_taker import take_film
from pages.widgets.lab import hub, plainly
from pages.widgets.live_grid import live_grid
from pages.widgets.messages import sentence, word
from pages.widgets.run_view import POLL_SECONDS, picture_history, progress
from pages.widgets.silence import polled

PAIR = ("digits-collapse", "digits-varied")
"""What the panel compares first, left and right."""
READ = ("digits", "mnist")
"""Data whose pictures the lab's classifier can read."""


def panel(dark: bool) -> None:
    """Two runs on digits side by side."""
    st.markdown(
        "Ten digits are ten modes. A GAN that has lost some may draw sharp digits and have quiet "
        "losses, so that one has to **count**: which digits does it draw, and does the same "
        "picture come back? The lab's own classifier reads 1,000 samples of each run."
    )
    with plainly():
        infos = {info.id: info for info in hub().runs() if _is_on_digits(info)}
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Train the pair" if not infos else "Train the pair again",
                icon=":material/play_arrow:",
                type="secondary" if infos else "primary",
                key="train-pair",
                on_click=_start_pair,
                help=" ".join(find(Preset, name).summary for name in PAIR),
            )
            st.caption(
                "The pair has the same networks, data, z and first weights; only the learning "
                "rates and the steps differ. Each takes about a minute on a CPU core. On the left "
                "G fools D with nearly one picture for every z: D is right about little more than "
                "half of them."
            )
        if not infos:
            return
        columns = st.columns(2, gap="large")
        for column, side, first in zip(columns, ("left", "right"), shown_first(infos), strict=True):
            with column:
                if first:
                    _side(infos, side, first, dark)
                else:
                    st.caption("There is only one run on digits: train the pair to compare it.")


def shown_first(infos: Mapping[str, RunInfo]) -> tuple[str, str]:
    """The runs that stand left and right before anybody has chosen: the pair where it is there.

    Else the newest runs, newest first; '' where there is none for a side, for a run beside itself
    compares nothing.
    """
    ours = [next((name for name, one in infos.items() if one.preset == kind), "") for kind in PAIR]
    rest = iter([name for name in infos if name not in ours])
    left, right = (name or next(rest, "") for name in ours)
    return (left, right) if left else (right, "")


def _is_on_digits(info: RunInfo) -> bool:
    return info.config.get("data", {}).get("name") in READ


def _start_pair() -> None:
    """Start the two presets and show them."""
    try:
        for side, name in zip(("left", "right"), PAIR, strict=True):
            preset = find(Preset, name)
            run_id = hub().start(preset.config, preset.title, name)
            st.session_state[side] = run_id
    except GanlabError as error:
        st.toast(sentence(error), icon=":material/error:")


def _side(infos: dict[str, RunInfo], side: str, first: str, dark: bool) -> None:
    """A choice of runs, and the one chosen."""
    chosen = st.selectbox(
        "Run",
        list(infos),
        index=0 if side in st.session_state else list(infos).index(first),
        format_func=lambda name: f"{infos[name].title}, {_stands(infos[name])} · {name[-4:]}",
        key=side,
        bind="query-params",
        label_visibility="collapsed",
    )
    info = hub().view(chosen).info
    every = 4 * POLL_SECONDS if info.live else None
    polled(_watch, every, f".{side}")(chosen, info.state, side, dark)
    take_film(info, key=f"{side}.film")


def _stands(info: RunInfo) -> str:
    """How a run stands, in words that stay true while the page only polls its pictures."""
    return "under way" if info.live else word(info.state)


def _watch(run_id: str, state: str, side: str, dark: bool) -> None:
    from pages.understand.digits_variety import variety_of  # it loads torch, wanted only here

    try:
        view = hub().view(run_id)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    info = view.info
    if info.state != state:
        st.rerun()
    progress(info)
    real = hub().store.open(run_id).folder / "real.png"
    step, picture = view.sample or (0, None)
    live_grid(
        key=f"{side}.grid",
        run=f"{run_id}.{info.generation}",
        picture=picture,
        step=step,
        rows=8,
        cols=8,
        title="The same 64 z over time",
        real=real.read_bytes() if real.is_file() else None,
        frames=picture_history(info),
        max_width=460,
    )
    variety_of(view, side, dark)
