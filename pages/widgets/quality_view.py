"""The measured quality of a run: its scores beside those of real pictures, and its classes."""

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.figures.variety import class_shares
from ganlab.jobs.background import BackgroundJob
from ganlab.jobs.info import RunInfo
from ganlab.metrics.scores import floor, has_scores, named, shown, spread, value
from pages.widgets.lab import hub
from pages.widgets.messages import duration, sentence

PLAIN = {"displayModeBar": False}
POLL_SECONDS = 0.5


def quality_view(info: RunInfo) -> None:
    """What was measured of a run on pictures, and the button that measures it now."""
    quality = info.quality
    with st.container(border=True, key=f"quality.{info.id}"):
        title, button = st.columns([4, 1], vertical_alignment="center")
        title.markdown("**Measured quality**" + _when(info))
        with button.container(horizontal=True, horizontal_alignment="right"):
            _ask(info)
        if has_scores(quality):
            _scores(info)
        elif quality.get("words"):
            st.caption(sentence(quality["words"]))
        else:
            st.caption(
                "Pictures by G against as many real ones: Fréchet distance, KID, coverage and the "
                "classes that are drawn. It comes by itself when the run ends."
            )


def _when(info: RunInfo) -> str:
    step = info.quality.get("step")
    return "" if step is None or not has_scores(info.quality) else f" at step {step:,}"


def _scores(info: RunInfo) -> None:
    quality = info.quality
    left, right = st.columns([3, 2], gap="medium") if "classes" in quality else (st.container(), 0)
    with left:
        metrics = shown("summary", quality)
        width = 2 if right else 4
        rows = math.ceil(len(metrics) / width)
        places = [one for _ in range(rows) for one in st.columns(width)]
        for place, (name, one) in zip(places, metrics.items(), strict=False):
            place.metric(
                one.heading,
                value(quality, name),
                ", ".join(
                    part
                    for part in (
                        spread(quality, name).strip(),
                        f"real {floor(quality, name)}",
                    )
                    if part
                ),
                delta_color="off",
                delta_arrow="off",
                help=f"{named(quality, name)}. {one.summary}",
            )
        st.caption(
            f"{quality['n']:,} generated pictures against as many real ones, in the features of "
            f"{quality['features']}; KID over {quality['kid_subsets']} subsets of "
            f"{quality['kid_size']:,}, coverage with k = {quality['k']}. “Real” is what as many "
            "other real pictures score. A number in other features or at another N is another one."
            + _repeated(quality)
        )
    if right:
        with right:
            st.plotly_chart(
                class_shares(
                    quality["classes"],
                    quality["real_classes"],
                    st.context.theme.type == "dark",
                    height=240,
                    mark=12,
                ),
                theme=None,
                config=PLAIN,
                key=f"classes.{info.id}",
                alt="Share of each class among the generated pictures as the classifier reads "
                "them, beside its share of the real ones",
            )


def _repeated(quality: Mapping[str, Any]) -> str:
    """A sentence about real pictures that were left out as copies of others; '' without any."""
    count = int(quality.get("repeated", 0))
    if not count:
        return ""
    return (
        f" {count:,} of the real pictures repeat another one: recall, coverage, precision and "
        "density count neighbourhoods of distinct real pictures only."
    )


# --- measuring on demand --------------------------------------------------------------------------


def _ask(info: RunInfo) -> None:
    """A button: the worker measures while it trains, a process of its own afterwards."""
    words = "Measure again" if info.quality else "Measure now"
    if info.state in ("running", "paused"):
        busy = info.words.startswith("Measuring")
        if st.button(words, icon=":material/straighten:", key="measure", disabled=busy):
            try:
                hub().command(info.id, "measure")
                st.toast("Measuring: training goes on right after.")
            except GanlabError as error:
                st.toast(sentence(error), icon=":material/error:")
        return
    if info.live or not hub().store.open(info.id).checkpoint.is_file():
        return
    if info.quality.get("step") == info.step and has_scores(info.quality):
        return  # it would come out the same
    background_job: BackgroundJob | None = st.session_state.get(f"measuring.{info.id}")
    if background_job and background_job.running:
        st.fragment(run_every=POLL_SECONDS)(_watch)(background_job)
        return
    if background_job and background_job.error:
        st.caption(sentence(background_job.error))
    if st.button(words, icon=":material/straighten:", key="measure"):
        background_job = BackgroundJob(("runs", "measure", info.id))
        st.session_state[f"measuring.{info.id}"] = background_job
        st.rerun()


def _watch(background_job: BackgroundJob) -> None:
    if not background_job.running:
        st.rerun()
    left = f", {duration(background_job.left)} left" if background_job.left is not None else ""
    st.progress(background_job.share, f"Measuring{left}")
