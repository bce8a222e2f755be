import streamlit as st

from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from ganlab.runs.record import RunInfo
from pages.widgets import playing
from pages.widgets.film_taker import take_film
from pages.widgets.lab import hub, say_who_leads
from pages.widgets.play_buttons import play_buttons, run_button
from pages.widgets.playground_canvas import CanvasAnswer, playground_canvas
from pages.widgets.playground_charts import measures, playground_charts
from pages.widgets.playground_knobs import DRAW, back_to_the_run, choose_data, knobs, with_points
from pages.widgets.playground_moments import branch_here, slow_motion_panel
from pages.widgets.race_scenes import open_pane
from pages.widgets.run_form import run_form
from pages.widgets.run_view import say_diagnosis
from pages.widgets.scenes import Scene, scene
from pages.widgets.slow_motion import STAGES
from pages.widgets.words import badge, duration, sentence

POLL_SECONDS = 0.4
RESTING_SECONDS = 2.0
SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 0.0)
CANVAS = "playground"
ALL = ("real", "fake", "landscape", "manifold", "arrows")


# --- the row of controls --------------------------------------------------------------------------


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
            lambda: playing.reset(now),
            key="reset",
            help="Back to step 0 with the same luck: the same seed gives the same run.",
        )
        run_button(
            "New luck",
            "casino",
            lambda: playing.reset(now, new_luck=True),
            key="luck",
            help="Back to step 0 with another seed.",
        )
        slow = "slow" in st.session_state
        if run_button(
            "Slow motion",
            "slow_motion_video",
            key="slow-motion",
            type="primary" if slow else "secondary",
            help="Walk through one iteration, caption by caption.",
        ):
            switch_slow_motion(now)
        if run_button("Share", "link", key="share", help="A link to this run at this step."):
            share(now)


def choose_speed(now: Scene) -> None:
    """How fast the run may go, for eyes that want to follow; the run itself remembers."""
    key, stored = f"speed.{now.info.id}", playing.speed_of(now)
    # The slider shows what is in force, whoever set it: another tab, or this one before a reload.
    st.session_state[key] = min(
        SPEEDS, key=lambda rate: ((rate == 0) != (stored == 0), abs(rate - stored))
    )
    st.select_slider(
        "Steps a second",
        SPEEDS,
        format_func=lambda rate: f"{rate:g}" if rate else "full speed",
        key=key,
        on_change=lambda: playing.do(lambda: playing.limit_speed(now, st.session_state[key])),
    )


def switch_slow_motion(now: Scene) -> None:
    """Into slow motion, for which the run rests, and out of it."""
    if "slow" in st.session_state:
        del st.session_state["slow"]
    else:
        playing.do(lambda: playing.resting(now))
        st.session_state["slow"] = 0
    st.rerun()


@st.dialog("Share this run")
def share(now: Scene) -> None:
    """A link to copy."""
    try:
        text = playing.link(now, looked_at())
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    where = now.info.step if looked_at() is None else looked_at()
    st.markdown(
        f"The link holds the whole configuration, the seed and everything that was turned. Whoever "
        f"opens it sees this run train to **step {where:,}** and rest there, with the same picture."
    )
    base = (st.context.url or "").partition("?")[0]
    st.code(f"{base}?share={text}", language=None, wrap_lines=True)


@st.dialog("All settings", width="large")
def all_settings(now: Scene) -> None:
    """Networks, noise and everything else that needs a new run."""
    config = RunConfig.from_json(now.info.config)
    try:
        wanted = run_form(config, key=f"all.{now.run}")
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    if st.button("Start a new run", icon=":material/play_arrow:", type="primary"):
        playing.do(lambda: playing.start(wanted, now.info.title, left=now))
        st.rerun()


# --- what is seen ---------------------------------------------------------------------------------


def looked_at() -> int | None:
    """The step that the viewer has gone back to on the canvas, or None."""
    told = st.session_state.get(CANVAS)
    at = told.get("at") if told else None
    return int(at) if isinstance(at, int | float) else None


def watch(run_id: str, state: str, resets: int, speed: float) -> None:
    """Canvas and charts: the part of the page that keeps coming anew while the run trains."""
    try:
        now = scene(run_id)
    except GanlabError as error:
        st.error(sentence(error))
        return
    if (now.info.state, now.info.resets, now.info.speed_limit) != (state, resets, speed):
        st.rerun()
    if run_id:
        say_where_it_is(now)
    left, right = st.columns([11, 10], gap="medium")
    with left:
        if st.session_state.get("own data") == DRAW:
            paper(now)
        elif "slow" in st.session_state and now.info.state == "paused":
            slow_motion_panel(now, lambda stage, pace: slow_canvas(now, stage, pace))
        else:
            answer = canvas(now)
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
    ahead = next((one for one in info.halts if one > info.step), None)
    if ahead is None or info.state not in ("running", "preparing", "queued"):
        return None
    words = f"This run trains again from its seed to step {ahead:,}, where it was shared"
    if info.speed:
        words += f": {duration((ahead - info.step) / info.speed)} left"
    return info.step / ahead, words


def canvas(now: Scene) -> CanvasAnswer:
    """The plane, moving while the run trains."""
    return playground_canvas(
        key=CANVAS,
        run=now.run,
        extent=now.extent,
        real=now.real,
        frames=now.frames,
        playing=now.info.state == "running",
        landscape_as="probability" if now.loss.get("probability") else "score",
        history=True,
        on_at=lambda: None,
        empty="The worker is starting…" if now.info.live else "Press Play",
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
        landscape_as="probability" if now.loss.get("probability") else "score",
        max_height=500,
    )


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
        playing.do(lambda: playing.start(with_points(now, points), "A drawing", left=now))
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
    if not run_id:
        st.markdown(
            f":material/lightbulb: **Try this first.** This ring was learnt in {info.step:,} "
            "steps. Press **Reset**, then **Play**, and watch it happen; then set the **Loss** to "
            "non-saturating and the **Penalty** to none, reset again, and see modes disappear."
        )
    every = {"running": POLL_SECONDS, "queued": POLL_SECONDS, "preparing": POLL_SECONDS}
    resting = RESTING_SECONDS if info.state == "paused" and run_id else None
    watching = st.fragment(run_every=every.get(info.state, resting))(watch)
    watching(run_id, info.state, info.resets, info.speed_limit)
    if run_id:  # the one that ships is no run of this store
        take_film(info)
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
            st.query_params["run"] = playing.open_link(text)
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
    wanted = st.query_params.get("run", "")
    try:
        if wanted and playing.fits(wanted):
            return wanted
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
    return ""


say_who_leads()
hub().launcher.warm_up()
page(shown())
