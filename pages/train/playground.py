from typing import Literal

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from pages.train.playground_hint import hint
from pages.widgets import playback
from pages.widgets.clicks import do, settle
from pages.widgets.film_taker import take_film
from pages.widgets.lab import hub, say_who_leads
from pages.widgets.messages import badge, duration, sentence
from pages.widgets.playground_canvas import (
    CanvasAnswer,
    choose_generator,
    nothing_yet,
    playground_canvas,
)
from pages.widgets.playground_charts import measures, playground_charts
from pages.widgets.playground_controls import (
    all_settings,
    choose_speed,
    controls,
    share_if_asked,
)
from pages.widgets.playground_knobs import DRAW, back_to_the_run, choose_data, knobs, with_points
from pages.widgets.playground_moments import branch_here, slow_motion_panel
from pages.widgets.race_scenes import open_pane
from pages.widgets.run_view import say_diagnosis
from pages.widgets.scenes import Scene, scene
from pages.widgets.silence import polled
from pages.widgets.slow_motion import STAGES

POLL_SECONDS = 0.4
RESTING_SECONDS = 2.0
CANVAS = "playground"
ALL = ("real", "fake", "landscape", "manifold", "arrows")


# --- what is seen ---------------------------------------------------------------------------------


def looked_at() -> int | None:
    """The step that the viewer has gone back to on the canvas, or None."""
    received = st.session_state.get(CANVAS)
    at = received.get("at") if received else None
    return int(at) if isinstance(at, int | float) else None


def watch(run_id: str, state: str, resets: int, speed: float) -> None:
    """Canvas and charts: the part of the page that is redrawn while the run trains."""
    try:
        now = scene(run_id)
    except GanlabError as error:
        st.error(sentence(error))
        return
    if (now.info.state, now.info.resets, now.info.speed_limit) != (state, resets, speed):
        st.rerun()
    hint(now)
    say_where_it_is(now)
    left, right = st.columns([11, 10], gap="medium")
    with left:
        if st.session_state.get("own data") == DRAW:
            paper(now)
        elif "slow" in st.session_state and now.info.state == "paused":
            slow_motion_panel(now, lambda stage, pace: slow_canvas(now, stage, pace))
        else:
            above = st.container()
            which = choose_generator(now.info, [now.info.config["ema"]], now.frames, "which-g")
            with above:
                answer = canvas(now, which)
                st.markdown(measures(now.info, now.columns))
            if answer.at is not None or now.info.state != "running":
                branch_here(now, answer.at)
    with right:
        playground_charts(now, looked_at())
        say_diagnosis(now.info)


def say_where_it_is(now: Scene) -> None:
    """The run in one line."""
    info = now.info
    parts = [f"**{info.title}** {badge(info.state)}", f"step {info.step:,} of {info.steps:,}"]
    parts.append(f"seed {info.config['seed']}")
    if info.state == "running" and info.speed:
        parts.append(f"{info.speed:,.0f} steps a second")
    st.markdown(" · ".join(parts))
    if (way := way_to_the_shared_step(info)) is not None:
        st.progress(*way)


def way_to_the_shared_step(info: RunInfo) -> tuple[float, str] | None:
    """The share of the way to the step that a link names, and how long the rest takes; or None."""
    ahead = next((one for one in info.breakpoints if one > info.step), None)
    if ahead is None or info.state not in ("running", "preparing", "queued"):
        return None
    words = f"This run trains again from its seed to step {ahead:,}, where it was shared"
    if info.speed:
        words += f": {duration((ahead - info.step) / info.speed)} left"
    return info.step / ahead, words


def canvas(now: Scene, which: Literal["averaged", "now"]) -> CanvasAnswer:
    """The plane, moving while the run trains."""
    return playground_canvas(
        key=CANVAS,
        run=now.run,
        extent=now.extent,
        real=now.real,
        frames=now.frames,
        playing=now.info.state == "running",
        landscape_as="probability" if now.loss.probability else "score",
        of=which,
        history=True,
        on_at=lambda: None,
        empty=nothing_yet(now.info, "Press Play"),
    )


def slow_canvas(now: Scene, stage: int, pace: int) -> None:
    """The plane with what the caption speaks of kept bright."""
    playground_canvas(
        key=f"{CANVAS}.slow",
        run=now.run,
        extent=now.extent,
        real=now.real,
        frames=now.frames[-2:],
        layers=ALL,
        emphasis=STAGES[stage].look,
        pace=pace,
        landscape_as="probability" if now.loss.probability else "score",
        of="now",
        max_height=500,
    )
    if now.info.config["ema"]:
        st.caption("Shown: G as it is at this step, not the averaged G.")


def paper(now: Scene) -> None:
    """The canvas as paper: what is drawn on it becomes the data of a new run."""
    answer = playground_canvas(
        key=f"{CANVAS}.paper",
        run=f"paper {now.run}",
        extent=now.extent,
        mode="draw",
        title="Draw the data",
        on_points=lambda: None,
    )
    if answer.points is not None:
        points = answer.points.tolist()
        back_to_the_run()
        do(lambda: playback.start(with_points(now, points), "A drawing", left=now))
        st.rerun()
    st.caption("Draw with mouse, pen or finger, then use the points: a new GAN learns them.")
    if st.button("Back to the run", icon=":material/arrow_back:", key="leave-paper"):
        back_to_the_run()
        st.rerun()


# --- the page -------------------------------------------------------------------------------------


def page(run_id: str) -> None:
    """A run with all that can be done to it."""
    now = scene(run_id)
    # The canvas wants the room that Streamlit leaves at both sides.
    st.html("<style>.stMainBlockContainer { padding-left: 2.5rem; padding-right: 2.5rem; }</style>")
    head, speed = st.columns([7, 3], vertical_alignment="bottom")
    head.header("Playground", anchor=False)
    with speed:
        choose_speed(now)
    controls(now)
    info = now.info
    every = {"running": POLL_SECONDS, "queued": POLL_SECONDS, "preparing": POLL_SECONDS}
    resting = RESTING_SECONDS if info.state == "paused" and run_id else None
    watching = polled(watch, every.get(info.state, resting))
    watching(run_id, info.state, info.resets, info.speed_limit)
    if run_id:  # the one that ships is no run of this store
        take_film(info)
    share_if_asked(now, looked_at())  # below the canvas, which a dialog above it would move
    with st.sidebar:
        choose_data(now)
        knobs(now)
        if st.button("All settings…", icon=":material/tune:", width="stretch", key="all-settings"):
            all_settings(now)


def shown() -> str:
    """The id of the run that the address names; a link or a pane of a race is opened first.

    '' where none can be.
    """
    if text := st.query_params.get("share"):
        del st.query_params["share"]
        try:
            st.query_params["run"] = playback.open_link(text)
        except GanlabError as error:
            st.error(sentence(error), icon=":material/link_off:")
            return ""
    if "race" in st.query_params:
        address = st.query_params.to_dict()
        st.query_params.clear()
        try:
            st.query_params["run"] = open_pane(address)
        except GanlabError as error:
            st.error(sentence(error), icon=":material/error:")
            return ""
    asked = st.query_params.get("run", "")
    try:
        if asked and playback.fits(asked):
            return asked
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
    return ""


say_who_leads()
hub().launcher.warm_up()
settle()
page(shown())
