import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from ganlab.presets import objective
from ganlab.registry import Data, Network, Preset, find, table
from pages.widgets.addressed import addressed_selectbox
from pages.widgets.attention_view import attention_view
from pages.widgets.branch_form import branch_from_a_stored_step
from pages.widgets.clicks import settle
from pages.widgets.data_form import data_form
from pages.widgets.film_taker import take_film
from pages.widgets.lab import (
    COLLAPSE,
    COMPARE,
    INSIDE,
    PLAYGROUND,
    RUNS,
    SUPERRES,
    TRAIN,
    hub,
    plainly,
    say_who_leads,
)
from pages.widgets.measured_messages import say_what_was_reached
from pages.widgets.messages import sentence, told_apart, word
from pages.widgets.run_controls import downloads, live_knobs, new_run_button, run_buttons
from pages.widgets.run_form import run_form
from pages.widgets.run_view import run_view


def watch(run_id: str) -> None:
    """A run, live or ended, with what can be done with it."""
    info = hub().view(run_id).info
    title, buttons = st.columns([2, 3], vertical_alignment="bottom")
    title.header(info.title, anchor=False)
    with buttons:
        run_buttons(info)
    run_view(run_id)
    if info.state in ("running", "paused"):
        with st.sidebar:
            st.markdown("**Turn while it trains**")
            live_knobs(run_id)
    take_film(info)
    if info.step:
        with st.container(horizontal=True, vertical_alignment="center"):
            branch_from_a_stored_step(info)
            st.page_link(
                INSIDE,
                label="Look inside",
                icon=":material/visibility:",
                query_params={"run": run_id},
            )
            st.page_link(COMPARE, label="Compare runs", icon=":material/compare_arrows:")
    if info.step and info.state != "running":
        st.caption("Take it with you")
        downloads(hub().store.open(run_id))
    looks = find(Network, info.config["network"]["name"]).attention
    if looks and (info.live or info.step):
        attention_view(hub().store.open(run_id), info.live)


def choose() -> None:
    """A preset, its knobs, and Start."""
    st.title("Train an image GAN", anchor=False)
    st.markdown(
        "A generator **G** draws pictures from random vectors *z*; a discriminator **D** tells "
        "them from real ones. Watch what each learns from the other."
    )
    names = [name for name, one in table(Preset).items() if _makes_pictures(name)]
    left, right = st.columns([2, 3], gap="large")
    with left:
        name = addressed_selectbox(
            "Preset",
            names,
            parameter="preset",
            key="preset",
            title=lambda one: find(Preset, one).title,
        )
        preset = find(Preset, name)
        with plainly():
            ready = data_form(preset.config, key=f"form.{name}")
            config = run_form(ready or preset.config, key=f"form.{name}")
            if st.button(
                "Start",
                icon=":material/play_arrow:",
                type="primary",
                width="stretch",
                disabled=ready is None,
            ):
                run_id = hub().start(config, preset.title, name)
                st.switch_page(TRAIN, query_params={"run": run_id})
    with right:
        st.markdown(f"#### {preset.title}")
        st.markdown(preset.summary)
        st.markdown(f":material/visibility: **What to watch.** {preset.watch}")
        explain(preset)
        with plainly():
            say_what_was_reached(name)
        data = find(Data, preset.config.data.name)
        st.markdown(f":material/database: **Data.** {data.summary}")
        recent = [info for info in hub().runs() if info.preset in names][:4]
        if recent:
            st.markdown("**Recent runs**")
        titles = told_apart({info.id: info.title for info in recent})
        for info in recent:
            st.page_link(
                TRAIN,
                label=f"{titles[info.id]}: {word(info.state)} at step {info.step:,}",
                icon=":material/history:",
                query_params={"run": info.id},
            )


def explain(preset: Preset) -> None:
    """The idea behind a preset, its formula, its recipe and what to look at."""
    if not preset.idea:
        if preset.source:
            st.caption(f"After {preset.source}.")
        return
    with st.container(border=True):
        st.markdown(preset.idea)
        for formula in objective(preset):
            st.latex(formula)
        st.markdown(f":material/science: **Recipe.** {preset.recipe}")
        st.markdown("\n".join(f"- {one}" for one in preset.look))
        st.caption(f"After {preset.paper or preset.source}.")


def many(info: RunInfo) -> dict[str, str]:
    """Where the mode-collapse page shows a run that holds many GANs."""
    if info.preset == "collapse-map":
        return {"panel": "Map", "map": info.id}
    if info.preset == "remedy-seeds":
        return {"panel": "Statistics", "seeds-data": info.config["data"]["name"]}
    return {"panel": "Race", "run": info.id}


def _makes_pictures(name: str) -> bool:
    return find(Data, find(Preset, name).config.data.name).space == "pictures"


say_who_leads()
settle()
asked = st.query_params.get("run")
if asked:
    try:
        info = hub().view(asked).info
        if info.variants:
            st.switch_page(COLLAPSE, query_params=many(info))
        if info.kind == "superres":
            st.switch_page(SUPERRES, query_params={"panel": "Train one", "run": asked})
        if info.on_points:
            st.switch_page(PLAYGROUND, query_params={"run": asked})
        watch(asked)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center"):
            new_run_button("Start a new run")
            st.page_link(RUNS, label="See all runs", icon=":material/history:")
else:
    choose()
