"""What D thinks: its scores now and on the way, its surest and least sure, where it looks."""

from pathlib import Path

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.errors import GanlabError
from ganlab.figures.discriminator import score_histogram, scores_over_time, where_it_looks
from pages.widgets.enlarged import tiles
from pages.widgets.players import asked, players, stored_states
from pages.widgets.words import sentence

ROW = 8
MAPS = 6


def panel(run: str, where: Path | str) -> None:
    """D at the chosen step."""
    pair = players(where)
    try:
        real, fake, real_scores, fake_scores = asked(where)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    border = pair.D.threshold(real_scores, fake_scores)
    right_on_real = float((real_scores > border).float().mean())
    right_on_fake = float((fake_scores <= border).float().mean())
    st.markdown(
        f"At step {pair.step:,} D calls **{right_on_real:.0%}** of {len(real)} real pictures real "
        f"and **{right_on_fake:.0%}** of {len(fake)} generated ones generated. The more the two "
        "hills overlap, the better G has become."
    )
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2, gap="large")
    with left:
        figure = score_histogram(real_scores.numpy(), fake_scores.numpy(), border, dark)
        st.plotly_chart(figure, key="histogram", config={"displaylogo": False})
    with right:
        _over_time(run, dark)
    _extremes(real, fake, real_scores, fake_scores)
    _heat(where, real, fake, dark)


def _over_time(run: str, dark: bool) -> None:
    states = stored_states(run)
    if len(states) < 3:
        st.caption("The scores on the way appear for runs that have kept three states or more.")
        return
    told, bar = [], st.progress(0.0, "Asking D at every stored step.")
    for done, (step, path) in enumerate(states.items(), 1):
        try:
            _, _, real, fake = asked(path)
        except (GanlabError, OSError):
            continue  # thinned out meanwhile, as happens while a run trains
        told.append((step, real.numpy(), fake.numpy()))
        bar.progress(done / len(states), f"Asking D at stored step {done} of {len(states)}.")
    bar.empty()
    if told:
        steps, real_scores, fake_scores = zip(*told, strict=True)
        figure = scores_over_time(steps, real_scores, fake_scores, dark)
        st.plotly_chart(figure, key="over-time", config={"displaylogo": False})
        st.caption("Line: the median. Band: the middle 80 %. Scores of different losses differ.")


def _extremes(real: Tensor, fake: Tensor, real_scores: Tensor, fake_scores: Tensor) -> None:
    rows = (
        ("Generated, and D is fooled most", fake, fake_scores, True),
        ("Generated, and D is surest of it", fake, fake_scores, False),
        ("Real, and D is surest of it", real, real_scores, True),
        ("Real, and D takes it for generated", real, real_scores, False),
    )
    columns = st.columns(2, gap="large")
    for place, (words, pictures, scores, highest) in enumerate(rows):
        order = scores.argsort(descending=highest)[:ROW]
        with columns[place // 2]:
            st.markdown(f"**{words}**")
            st.image(tiles(pictures[order].numpy(), ROW), width="stretch")
            said = " · ".join(f"{float(score):.2g}" for score in scores[order])
            st.caption(f"D's scores: {said}")


def _heat(where: Path | str, real: Tensor, fake: Tensor, dark: bool) -> None:
    st.markdown("#### Where D looks")
    st.caption(
        "The gradient of D's score at each pixel. Blue: brighter would look more real. Orange: "
        "darker would. It is what G is told."
    )
    pair = players(where)
    for column, words, pictures in zip(
        st.columns(2, gap="large"), ("Real", "Generated"), (real, fake), strict=True
    ):
        some = pictures[:MAPS]
        labels = torch.arange(MAPS) % pair.G.classes if pair.G.classes else None
        heat = pair.D.gradients(some, labels).numpy()
        seen = where_it_looks(some.numpy(), heat, dark).transpose(0, 3, 1, 2)
        plain: NDArray[np.uint8] = np.broadcast_to(some.numpy(), seen.shape)
        with column:
            st.markdown(f"**{words}**")
            st.image(tiles(np.concatenate([plain, seen]), MAPS), width="stretch")
