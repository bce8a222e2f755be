"""Panel: many files in one go, one line each, and one archive at the end."""

import streamlit as st

from ganlab.superres.batch import Done, archive, enlarge_all
from ganlab.superres.cores import use_free_cores
from ganlab.superres.upscaling import Order
from pages.explore.picture_download import ENCODERS
from pages.explore.superres_methods import offered, scale_choice


def panel(dark: bool) -> None:
    """Files, method and format; a bad file is named and the others go on."""
    del dark
    files = st.file_uploader("Pictures", accept_multiple_files=True)
    offers = offered()
    here = list(offers)
    method, scale, format = st.columns(3)
    name = method.selectbox(
        "Method",
        here,
        index=here.index("sr-x4-gan") if "sr-x4-gan" in here else len(here) - 1,
        format_func=lambda name: offers[name].label,
    )
    with scale:
        factor = scale_choice("sr_batch_scale")
    chosen = format.selectbox("Format", list(ENCODERS))
    if not files:
        st.info("Drop any number of pictures; one that cannot be read stops no other.")
        return
    go, stop = st.columns([1, 5])
    if go.button("Enlarge all", type="primary", icon=":material/play_arrow:"):
        stop.button("Cancel", icon=":material/stop:")
        st.session_state["sr_batch"] = []
        bar = st.progress(0.0, "Starting")
        use_free_cores()
        order = Order(name, factor)
        for news in enlarge_all(((f.name, f.getvalue()) for f in files), order, ENCODERS[chosen]):
            done: list[Done] = st.session_state["sr_batch"]
            if isinstance(news, Done):
                done.append(news)
                _line(news)
                part = 0.0
            else:
                part = news.done / news.total
            bar.progress(
                min((len(done) + part) / len(files), 1.0), f"{len(done)} of {len(files)} done"
            )
        bar.empty()
    else:
        for news in st.session_state.get("sr_batch", []):
            _line(news)
    finished = [one for one in st.session_state.get("sr_batch", []) if not one.refusal]
    if finished:
        st.download_button(
            f"Download {len(finished)} pictures with their measures",
            archive(st.session_state["sr_batch"]),
            file_name="enlarged.zip",
            icon=":material/folder_zip:",
        )


def _line(news: Done) -> None:
    if news.refusal:
        st.markdown(f":material/error: **{news.name}** skipped: {news.refusal}")
        return
    measures = news.measures or {}
    notes = "".join(f" · {notice}" for notice in news.notices)
    st.markdown(
        f":material/check_circle: **{news.name}** → {news.output}, "
        f"{measures.get('width')}×{measures.get('height')}{notes}"
    )
