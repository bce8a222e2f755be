"""How varied the digits of one run are: counted, over time, and the most similar pairs."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.errors import GanlabError
from ganlab.figures.variety import class_shares, classes_over_time
from ganlab.jobs.hub import View
from ganlab.jobs.variety import Variety, measure, read_sample
from pages.widgets.lab import hub
from pages.widgets.messages import sentence

COLUMNS = 48
"""Steps at most that the view over time has."""
PLOTLY = {"displayModeBar": False}
FEW = 5
"""Duplicates below which they say nothing of the number of different pictures."""
SCALE = 2
"""Screen pixels of a picture's pixel."""


def variety_of(view: View, side: str, dark: bool) -> None:
    """Measures, histogram, classes over time and the most similar pairs of a run."""
    steps, shares = over_time(view)
    try:
        found = measured(view.info.id, _stamp(view.info.id))
    except GanlabError as error:
        st.caption(sentence(error))
        found = None
    if found:
        _figures(found)
        st.plotly_chart(
            class_shares(found.scores["classes"], found.scores["real_classes"], dark),
            theme=None,
            key=f"{side}.classes",
            config=PLOTLY,
            alt="Share of each digit among 1,000 generated ones, beside its share of the real ones",
        )
    if len(steps) > 1:
        st.markdown("**Which digit the 64 pictures are, over time**")
        st.plotly_chart(
            classes_over_time(steps, shares, dark),
            theme=None,
            key=f"{side}.time",
            config=PLOTLY,
            alt="Share of each digit among the 64 pictures of every snapshot, by step",
        )
        st.caption("What is no digit at all the classifier mostly takes for an 8.")
    if found:
        _pairs(found, dark)


def _figures(found: Variety) -> None:
    scores, births = found.scores, found.scores["birthdays"]
    seen = sum(share >= 0.01 for share in scores["classes"])
    for column, (label, value, beside, tip) in zip(
        st.columns(3, gap="small"),
        (
            (
                "Digits",
                f"{seen}/{len(scores['classes'])}",
                "≥ 1 % each",
                "How many are drawn at all.",
            ),
            (
                "Entropy",
                f"{scores['class_entropy']:.2f}",
                f"real {scores['real_class_entropy']:.2f}",
                "1 if all ten digits come equally often, 0 if only one comes at all.",
            ),
            (
                "Duplicates",
                in_short(births["pairs"]),
                f"in {births['n']:,}",
                "Pairs more similar than the two most similar of as many real digits.",
            ),
        ),
        strict=True,
    ):
        column.metric(label, value, beside, delta_color="off", delta_arrow="off", help=tip)
    st.caption(f"Read by the lab's classifier at step {found.step:,}, {births['n']:,} samples.")


def in_short(count: int) -> str:
    """A count that fits into a third of a column: 9,999 or 150k."""
    return f"{count:,}" if count < 10_000 else f"{count / 1000:.0f}k"


def _pairs(found: Variety, dark: bool) -> None:
    births = found.scores["birthdays"]
    st.markdown("**The birthday test**")
    st.image(pairs_picture(found.pairs[:8], 4, dark), width="content")
    if births["pairs"] >= FEW:
        guess = (
            f"{births['pairs']:,} pairs count as duplicates, as if there were only about "
            f"**{births['support']:,.0f} different pictures** in it."
        )
    else:
        guess = (
            f"{births['pairs'] or 'No'} {'pair counts' if births['pairs'] == 1 else 'pairs count'} "
            f"as duplicates: **too many different pictures** for {births['n']:,} samples to meet "
            "twice."
        )
    st.markdown(f"The most similar generated pairs. {guess} Look for yourself: are they the same?")
    with st.expander("How it works"):
        st.markdown(
            "Among 23 people two probably share a birthday, for there are only 365 days. In the "
            "same way, a sample in which pictures repeat tells how many different ones there are: "
            r"$N$ draws from $S$ pictures hold about $N(N-1)/2S$ equal pairs. Two count as equal "
            "when the classifier finds them more similar than the two most similar of as many real "
            "digits, shown here; the last word is a person's. "
            "*Arora & Zhang 2017, Do GANs actually learn the distribution?*"
        )
        st.image(pairs_picture(found.real_pair[None], 1, dark), width="content")


def pairs_picture(pairs: NDArray[np.uint8], columns: int, dark: bool) -> NDArray[np.uint8]:
    """Pairs (P, 2, C, H, W) side by side in rows, (height, width, 3), with the page between."""
    paper = np.array([20, 18, 28] if dark else [255, 255, 255], np.uint8)
    count, _, _, height, width = pairs.shape
    rows, gap = -(-count // columns), 7
    out = np.empty(
        (rows * (height + gap) - gap, columns * (2 * width + 1 + gap) - gap, 3), np.uint8
    )
    out[:] = paper
    for k, pair in enumerate(pairs):
        top, left = k // columns * (height + gap), k % columns * (2 * width + 1 + gap)
        for place, picture in enumerate(pair):
            start = left + place * (width + 1)
            tile = np.moveaxis(picture, 0, -1)
            out[top : top + height, start : start + width] = np.broadcast_to(
                tile, (height, width, 3)
            )
    return out.repeat(SCALE, 0).repeat(SCALE, 1)


# --- what is measured, once for everybody who looks -----------------------------------------------


def _stamp(run_id: str) -> int:
    """When the run's checkpoint was written; 0 while there is none."""
    try:
        return hub().store.open(run_id).checkpoint.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_data(max_entries=24, show_spinner=False)
def measured(run_id: str, stamp: int) -> Variety:
    """The run's variety by its checkpoint of that time; GanlabError if it has none yet."""
    del stamp
    return measure(hub().store.open(run_id))


def over_time(view: View) -> tuple[list[int], NDArray[np.float64]]:
    """Steps, and the share of each class among the pictures of their snapshots (steps, 10)."""
    record = hub().store.open(view.info.id)
    steps = evenly(record.sample_steps(), COLUMNS)
    shares = [_shares_at(record.id, view.info.generation, step) for step in steps]
    kept = [(step, share) for step, share in zip(steps, shares, strict=True) if share is not None]
    return [step for step, _ in kept], np.array([share for _, share in kept]).reshape(-1, 10)


def evenly(steps: list[int], most: int) -> list[int]:
    """At most about `most` of the steps, the last among them, that hardly change as more come."""
    stride = 1
    while len(steps) > stride * most:
        stride *= 2
    return sorted({*steps[::stride], *steps[-1:]})


@st.cache_data(max_entries=2_000, show_spinner=False)
def _shares_at(run_id: str, generation: int, step: int) -> NDArray[np.float64] | None:
    del generation  # part of the key: a run that went back has other pictures at the same step
    record = hub().store.open(run_id)
    found = record.sample(step)
    return read_sample(found[1], record.config()) if found else None
