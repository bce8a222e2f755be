"""The race: methods against mode collapse side by side, from the same start on the same data."""

from typing import Any

import streamlit as st

from ganlab.bench.methods import PLAIN, plain, training_methods
from ganlab.config import RunConfig
from ganlab.config.variants import Variant
from ganlab.errors import ConfigError, GanlabError
from ganlab.presets import preset
from ganlab.registry import Method, find
from pages.understand.race_board import board, panes
from pages.widgets.clicks import run_button, settle
from pages.widgets.film_taker import take_film
from pages.widgets.lab import hub, say_who_leads
from pages.widgets.messages import badge, sentence
from pages.widgets.mode_timeline import looked_at, mode_timeline
from pages.widgets.play_buttons import play_buttons
from pages.widgets.playground_moments import branch_here
from pages.widgets.race_scenes import SHIPPED, RaceScene, losses, race_scene
from pages.widgets.resume import tell
from pages.widgets.silence import polled
from pages.widgets.visitor import visitor

POLL_SECONDS = 0.4
RESTING_SECONDS = 2.0
MOST = 4
"""How many methods start together here."""
CROWD = 12
"""How many GANs of a run that was started elsewhere are shown at most."""
FIRST = (PLAIN, "pacgan2", "r1-r2")
CLOCK = "race"
STRIPS = "strips"
DATA: dict[str, tuple[str, dict[str, Any]]] = {
    "Ring of eight": ("ring", {"data": "ring", "data.std": 0.05}),
    "Ring of eight, thin": ("ring", {"data": "ring", "data.std": 0.01}),
    "Ring of sixteen": ("ring", {"data": "ring", "data.std": 0.03, "data.modes": 16}),
    "Grid of twenty-five": ("grid", {"data": "grid", "data.std": 0.05}),
    "Two Gaussians": ("ring", {"data": "two-gaussians"}),
    "Five of falling weight": ("ring", {"data": "unbalanced"}),
}
"""What people choose from: on which data a method's values were measured, and the settings."""
HASTY, EVEN = "G ten times as fast as D", "Even players"
GAMES = {
    HASTY: preset("ring-collapse").with_values({"batch": 120, "precision": "float32"}),
    EVEN: plain(),
}
"""The plain GANs that methods are added to: the first collapses within seconds."""


# --- a new race -----------------------------------------------------------------------------------


def new_race(folded: bool) -> None:
    """Choose methods, data and seed, and start. Folded while a race is shown."""
    with (
        st.expander("Another race", icon=":material/flag:", key="new-race")
        if folded
        else st.container(border=True, key="new-race")
    ):
        chosen = st.pills(
            "Methods",
            list(training_methods()),
            selection_mode="multi",
            default=list(FIRST),
            format_func=lambda name: find(Method, name).title,
            key="methods",
            help="Two to four of them start from the same weights, on the same data and z.",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            data = st.selectbox("Data", list(DATA), key="race.data", width=190)
            game = st.selectbox(
                "Plain GAN",
                list(GAMES),
                key="race.game",
                width=215,
                help="What the methods are added to. A G that is faster than D collapses soon.",
            )
            steps = st.number_input("Steps", 500, 100_000, 3_000, 500, key="race.steps", width=120)
            seed = st.number_input("Seed", 0, 9_999, 0, key="race.seed", width=85)
            fits = 2 <= len(chosen) <= MOST
            config = race_config(str(data), int(steps), int(seed), str(game))
            run_button(
                "Start the race",
                "flag",
                lambda: start(config, chosen, str(data)),
                key="start-race",
                type="secondary" if folded else "primary",
                disabled=not fits,
            )
            if not fits:
                st.caption(f"Choose two to {MOST} methods.")


def race_config(data: str, steps: int, seed: int, game: str = HASTY) -> RunConfig:
    """The plain GAN of that name on the data of that name."""
    return GAMES[game].with_values(DATA[data][1] | {"steps": steps, "seed": seed})


def variants(methods: list[str], data: str) -> list[Variant]:
    """What each method changes in it; the budget is common to all."""
    home = DATA[data][0]
    chosen = [one for name, one in training_methods().items() if name in methods]
    return [Variant(one.title, one.racing_on(home)) for one in chosen]


def start(config: RunConfig, methods: list[str], data: str) -> str:
    """Queue the race; the one that this session had under way rests."""
    for info in hub().runs():
        if info.live and info.variants and info.id in visitor().runs:
            hub().command(info.id, "stop")
    title = f"Race on the {data.lower()}" if "of" in data else f"Race on {data}"
    return visitor().own(hub().start(config, title, variants=variants(methods, data)))


# --- steering -------------------------------------------------------------------------------------


def controls(now: RaceScene) -> None:
    """Everything that moves all panes together, in one row."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls"):
        tips = (
            "One step of every pane. Pauses the race.",
            "Only the discriminators move.",
            "Only the generators move.",
        )
        play_buttons(now, tips, first=bool(now.info.id))
        run_button(
            "Stop",
            "stop",
            lambda: tell(now.info.id, "stop"),
            key="stop",
            disabled=not now.info.live,
        )
        say_where_it_is(now)


def say_where_it_is(now: RaceScene) -> None:
    """The race in one line."""
    every = POLL_SECONDS if now.info.live and now.info.state != "paused" else None
    st.fragment(run_every=every)(_line)(now.info.id)


def _line(run_id: str) -> None:
    info = race_scene(run_id).info
    parts = [badge(info.state), f"step {info.step:,} of {info.steps:,}"]
    if info.state == "running" and info.speed:
        parts.append(f"{info.speed:,.0f} a second")
    elif info.state in ("queued", "failed", "lost") and info.words:
        parts.append(info.words)
    st.markdown(" · ".join(parts))


# --- what is seen ---------------------------------------------------------------------------------


def watch(run_id: str, state: str, resets: int) -> None:
    """Panes, strips and the board: what is drawn again and again while the race is on."""
    try:
        now = race_scene(run_id)
    except GanlabError as error:
        st.error(sentence(error))
        return
    if (now.info.state, now.info.resets) != (state, resets):
        st.rerun()
    at = looked_at(STRIPS, now.run)
    panes(now, CLOCK, at)
    steps, places = now.places()
    if len(steps):
        mode_timeline(
            key=STRIPS,
            run=now.run,
            labels=now.labels,
            centres=now.info.centres,
            steps=steps,
            places=places,
            clock=CLOCK,
            playing=now.info.state == "running",
        )
    if at is not None or now.info.state != "running":
        branch_here(now, at)
    board(now, at)


def panel(dark: bool) -> None:
    """The whole race."""
    del dark
    say_who_leads()
    hub().launcher.warm_up()
    settle()
    run_id = shown()
    with st.container():  # there with every race, so that the panes below keep their place
        if not run_id:
            st.markdown(
                ":material/lightbulb: GANs of one seed, on the same data, with the same z: **what "
                "differs** stands below each pane. Press **Start the race** as it is set, with a "
                "G ten times as fast as D: with the seeds 0 to 4 the plain GAN and R1 + R2 hopped "
                "from mode to mode and ended on one of eight at most; PacGAN2 held all eight, with "
                "37 to 57 % of 2,500 samples in them (checkpoints/README.md)."
            )
    new_race(folded=bool(run_id))
    if not run_id and not SHIPPED.is_file():
        return
    now = race_scene(run_id)
    controls(now)
    every = {"running": POLL_SECONDS, "queued": POLL_SECONDS, "preparing": POLL_SECONDS}
    resting = RESTING_SECONDS if now.info.state == "paused" and run_id else None
    state = now.info.state
    polled(watch, every.get(state, resting))(run_id, state, now.info.resets)
    if run_id:  # the one that ships is no run of this store
        take_film(now.info)


def shown() -> str:
    """The id of the race that the address names; '' where none can be."""
    wanted = st.query_params.get("run", "")
    try:
        if wanted:
            info = hub().view(wanted).info
            if not info.variants:
                raise ConfigError("this run is no race: the Playground or Image GANs shows it")
            if len(info.variants) > CROWD:
                raise ConfigError(
                    f"this run holds {len(info.variants)} GANs, and a race shows {CROWD} at most: "
                    "look at it on Map or Statistics"
                )
            losses(info.config, info.variants)  # raises where the configuration is of another lab
            return wanted
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
    return ""
