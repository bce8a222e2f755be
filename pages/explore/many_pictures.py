"""Panel: many files in one go, one line each, and one archive at the end."""

import time
from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ganlab.export.enlarged_archive import Batch, Done, Underway, archive, enlarge_all
from ganlab.training.threads import use_free_threads
from pages.explore.kept_results import MOST_BYTES
from pages.explore.picture_choice import is_original
from pages.explore.picture_download import choose_file
from pages.explore.upscale_request import choose_for_many
from pages.widgets.messages import counted, duration, sentence, size

FULL = (
    f"a session keeps {size(MOST_BYTES)} of results: download those above, then enlarge this file "
    "and those after it"
)
SURE = 1.0
"""Seconds after which the time left is shown."""


def panel(dark: bool) -> None:
    """Choices on the left, files and what becomes of them on the right."""
    del dark
    choices, view = st.columns([1, 2.7], gap="large")
    with choices:
        original = is_original("sr_many_kind")
        methods = choose_for_many(original)
    with view:
        files = st.file_uploader("Pictures", accept_multiple_files=True, key="sr_files")
        file = choose_file(True, "sr_many")
        if not files:
            st.session_state.pop("sr_batch", None)  # nobody can see them any more
            st.info("Drop any number of pictures; one that cannot be read stops no other.")
            return
        if not methods.labels:
            st.info("Choose at least one method.", icon=":material/image:")
            return
        batch = Batch(
            methods.labels,
            original,
            methods.width,
            file.encoder,
            file.quality,
            file.metadata,
            file.location,
        )
        go, stop = st.columns([1, 3])
        if go.button("Enlarge all", type="primary", icon=":material/play_arrow:"):
            stop.button("Cancel", icon=":material/stop:")
            _carry_out(files, batch)
        else:
            for done in st.session_state.get("sr_batch", []):
                _line(done)
        _offer(st.session_state.get("sr_batch", []))


def _carry_out(files: Sequence[UploadedFile], batch: Batch) -> None:
    """Everything in turn; what is done stays when one cancels, up to what a session keeps."""
    finished: list[Done] = []
    st.session_state["sr_batch"] = finished
    bar, taken = st.progress(0.0, "Starting"), 0
    use_free_threads()
    begin = time.perf_counter()
    for news in enlarge_all(((file.name, file.getvalue()) for file in files), batch):
        if isinstance(news, Done):
            taken += len(news.content)
            full = taken > MOST_BYTES and any(not one.refusal for one in finished)
            finished.append(Done(news.name, refusal=FULL) if full else news)
            _line(finished[-1])
            if full:
                break
        else:
            share = (news.file + news.share) / len(files)
            bar.progress(share, progress_words(news, len(files), time.perf_counter() - begin))
    bar.empty()


def progress_words(news: Underway, files: int, seconds: float) -> str:
    """Which file of how many, which tile of how many, and the time left."""
    share = (news.file + news.share) / files
    words = (
        f"File {news.file + 1} of {files}, {news.name} · {news.label}: "
        f"tile {news.tiles.done} of {news.tiles.total}"
    )
    if seconds < SURE or share >= 1:
        return words
    return f"{words} · about {duration(seconds / share * (1 - share))} left"


def _offer(done: list[Done]) -> None:
    """All results as one file, which is put together on demand."""
    count = sum(not one.refusal for one in done)
    if count:
        st.download_button(
            f"Download {counted(count, 'picture')} with their measures",
            lambda: archive(done),
            file_name="enlarged.zip",
            on_click="ignore",
            icon=":material/folder_zip:",
        )


def _line(news: Done) -> None:
    if news.refusal:
        st.markdown(f":material/error: **{news.name}** skipped: {sentence(news.refusal)}")
        return
    measures = news.measures or {}
    parts = [f"{measures.get('width')}×{measures.get('height')}", str(measures.get("method"))]
    if "psnr_y_db" in measures:
        parts.append(f"PSNR-Y {measures['psnr_y_db']:.2f} dB")
        if measures["ssim_y"] is not None:
            parts.append(f"SSIM-Y {measures['ssim_y']:.4f}")
    parts += news.notices
    st.markdown(f":material/check_circle: **{news.name}** → {news.output}, {' · '.join(parts)}")
