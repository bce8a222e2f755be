import streamlit as st

from ganlab.registry import Preset, find, plugin_errors
from pages.widgets.lab import COLLAPSE, PLAYGROUND, RUNS, TRAIN, hub, plainly, say_who_leads
from pages.widgets.messages import badge, counted, told_apart

OFFERED = ("digits", "fast-mnist", "dcgan-mnist")


def card(name: str) -> None:
    """A preset with the button that starts it."""
    preset = find(Preset, name)
    with st.container(border=True, height="stretch", vertical_alignment="distribute"):
        with st.container():
            st.markdown(f"#### {preset.title}")
            st.markdown(preset.summary)
            st.caption(preset.watch)
        if st.button("Start", icon=":material/play_arrow:", type="primary", key=f"start.{name}"):
            with plainly():
                run_id = hub().start(preset.config, preset.title, name)
                st.switch_page(TRAIN, query_params={"run": run_id})


def machine() -> None:
    """What runs train on."""
    device = hub().device()
    if device:
        st.markdown(
            f"Trains on **{device['name']}**, {counted(hub().capacity(), 'run')} at a time."
        )
    else:
        st.caption("Looking for an accelerator…")


st.title("ganlab", anchor=False)
st.markdown(
    "##### A laboratory for generative adversarial networks\n"
    "Two networks play a game: **G**, the generator, draws pictures out of noise as a forger "
    "would; **D**, the discriminator, says like a detective which pictures are real. Start one of "
    "these, watch both learn, and turn the knobs while they do."
)
say_who_leads()
for words in plugin_errors():
    st.warning(words, icon=":material/extension_off:")
for column, name in zip(st.columns(3, gap="medium"), OFFERED, strict=True):
    with column:
        card(name)

with st.container(border=True, horizontal=True, vertical_alignment="center"):
    st.markdown(
        "**The Playground.** Points in the plane instead of pictures: watch G fold its sheet onto "
        "the data, turn every knob while it trains, step back in time, draw your own data."
    )
    st.page_link(PLAYGROUND, label="Open it", icon=":material/bubble_chart:")
with st.container(border=True, horizontal=True, vertical_alignment="center"):
    st.markdown(
        "**Mode collapse.** Methods race each other from the same start: see which GANs keep "
        "every mode, which hop between them, and which shrink within one."
    )
    st.page_link(COLLAPSE, label="Open it", icon=":material/flag:")

left, right = st.columns([3, 2], gap="large")
with left, plainly():
    st.markdown("#### Recent runs")
    infos = hub().runs()[:5]
    titles = told_apart({info.id: info.title for info in infos})
    for info in infos:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(TRAIN, label=titles[info.id], query_params={"run": info.id})
            st.markdown(f"{badge(info.state)} step {info.step:,}")
    if infos:
        st.page_link(RUNS, label="All runs", icon=":material/history:")
    else:
        st.caption("None yet. The first digits appear a few seconds after Start.")
with right:
    st.markdown("#### This machine")
    # The answer comes from another process, some seconds after the server's start.
    st.fragment(run_every=None if hub().device() else 1.0)(machine)()
    st.caption("Runs go on when you close the tab, and everybody with the link can watch.")
