"""A super-resolution run to look at: its score against bicubic, its losses, the same crops."""

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.images.picture import Picture
from ganlab.jobs.hub import View
from ganlab.jobs.info import RunInfo
from ganlab.jobs.superres import scale_of
from ganlab.trained.upscaling import UpscaleRequest, upscale
from ganlab.training.validation import SIDE, Validation
from pages.explore.enlarged import as_png
from pages.widgets.compare_view import Shown, compare_view
from pages.widgets.film_taker import take_film
from pages.widgets.lab import hub, plainly
from pages.widgets.live_chart import Flag, Line, Series, live_chart
from pages.widgets.live_grid import live_grid
from pages.widgets.messages import badge, duration, sentence
from pages.widgets.run_controls import downloads, run_buttons
from pages.widgets.run_view import ENDS_BADLY, POLL_SECONDS, picture_history
from pages.widgets.silence import polled

PIXEL_TERMS = {"l1": "mean |difference|", "mse": "mean squared difference"}
TERMS = (
    ("adversarial", "adversarial", "G"),
    ("d_loss", "D's loss", "D"),
    ("features", "features", ""),
    ("matching", "D's features", ""),
)
"""Columns of a training against a discriminator that are drawn, with label and concept."""


def watch(run_id: str) -> None:
    """The run, live if it is under way; its picture of the cat and its files when it stands."""
    info = hub().view(run_id).info
    title, buttons = st.columns([2, 3], vertical_alignment="bottom")
    title.subheader(f"{info.title} ×{scale_of(info)}", anchor=False)
    with buttons:
        run_buttons(info)
    every = POLL_SECONDS if info.live else None
    polled(_live, every)(run_id, info.state)
    take_film(info)
    if info.state in ("queued", "preparing", "running") or not info.step:
        return
    with plainly():
        st.subheader("The cat, closely", anchor=False)
        _compare(run_id, info)
    st.caption("Take it with you")
    downloads(hub().store.open(run_id))


def _live(run_id: str, state: str) -> None:
    try:
        view = hub().view(run_id)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    info = view.info
    if info.state != state:
        st.rerun()  # other buttons are wanted now, and perhaps no polling
    _progress(info)
    if info.words:
        say = st.error if info.state in ENDS_BADLY else st.caption
        say(sentence(info.words))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _scores(info)
        _charts(view)
    with right:
        _crops(view)


def _progress(info: RunInfo) -> None:
    parts = [f"step {info.step:,} of {info.steps:,}"]
    if info.state == "running" and info.speed:
        left = (info.steps - info.step) / info.speed
        parts += [f"{info.speed:.1f} steps a second", f"{duration(left)} left"]
    elif info.seconds:
        parts.append(f"{duration(info.seconds)} of training")
    share = min(info.step / info.steps, 1.0) if info.steps else 0.0
    st.progress(share, text=f"{badge(info.state)} " + " · ".join(parts))


def _scores(info: RunInfo) -> None:
    """Both figures: the network's and bicubic's, on the photograph that it never saw."""
    found = info.results
    if not found:
        return
    mine, bicubic = st.columns(2)
    mine.metric(
        "This network, PSNR-Y",
        f"{found['psnr']:.2f} dB",
        f"{found['psnr'] - found['bicubic_psnr']:+.2f} dB against bicubic",
        help=f"SSIM-Y {found['ssim']:.4f}, bicubic {found['bicubic_ssim']:.4f}",
    )
    bicubic.metric("Bicubic, PSNR-Y", f"{found['bicubic_psnr']:.2f} dB")


def _charts(view: View) -> None:
    info = view.info
    run = f"{info.id}.{info.generation}"
    lines = []
    if "bicubic_psnr" in info.results:
        lines = [Line(info.results["bicubic_psnr"], "bicubic", "muted")]
    flags = [Flag(event.step, event.text) for event in view.events if event.kind == "note"]
    live_chart(
        key=f"psnr.{info.id}",
        run=run,
        columns=view.columns,
        series=[Series("psnr", "PSNR-Y in dB", "G", sparse=True)],
        title="On a photograph that it never saw",
        lines=lines,
        flags=flags,
        height=230,
        empty="The first examination comes before the first step",
    )
    measured = {name for name, values in view.columns.items() if np.isfinite(values).any()}
    towards = [name for name in PIXEL_TERMS if name in measured]
    if towards:
        series = [Series(name, PIXEL_TERMS[name], "G", sparse=True) for name in towards]
        title, log = "Loss", True
    else:
        series = [
            Series(name, label, concept, sparse=True)
            for name, label, concept in TERMS
            if name in measured or not view.columns
        ]
        title, log = "What G minimises, and how D does", False
    live_chart(
        key=f"loss.{info.id}",
        run=run,
        columns=view.columns,
        series=series,
        title=title,
        log=log,
        smooth=True,
        height=170,
    )


def _crops(view: View) -> None:
    info = view.info
    real = hub().store.open(info.id).folder / "real.png"
    step, picture = view.sample if view.sample else (0, None)
    live_grid(
        key=f"crops.{info.id}",
        run=f"{info.id}.{info.generation}",
        picture=picture,
        step=step,
        rows=2,
        cols=2,
        title="The same four crops of the cat",
        caption=f"{SIDE // scale_of(info)} pixels a side before",
        real=real.read_bytes() if real.is_file() else None,
        frames=picture_history(info),
        labels=("left eye", "right eye", "forehead", "nose"),
        max_width=560,
        empty="The first crops come before the first step",
    )


def _compare(run_id: str, info: RunInfo) -> None:
    """The whole photograph: original, bicubic, and by the network as it stands."""
    network = hub().store.open(run_id).network
    if network.is_file():
        shown = _enlarged(str(network), network.stat().st_mtime_ns, scale_of(info))
        compare_view(key="sr_trained_view", run=run_id, pictures=shown, left=1, right=2)


@st.cache_data(max_entries=3, show_spinner=False)
def _enlarged(network: str, changed: int, scale: int) -> list[Shown]:
    """The three pictures, packed for the screen."""
    validation = Validation(scale)
    lr, hr, bicubic = (
        Picture(np.ascontiguousarray(samples))
        for samples in (validation.lr, validation.hr, validation.bicubic.picture)
    )
    mine = upscale(lr, UpscaleRequest(network, scale))
    pictures = {"Original": hr, "Bicubic": bicubic, "This network": mine}
    name = f"{network} {changed}"  # a run that trained on is read again
    return [Shown(label, as_png(f"{name} {label}", one)) for label, one in pictures.items()]
