"""What D thinks: its scores now and on the way, its surest and least sure, where it looks."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.errors import GanlabError
from ganlab.figures.discriminator import score_histogram, scores_over_time, where_it_looks
from ganlab.formatting import percent
from ganlab.trained.discriminator import side_by_side
from pages.widgets.enlarged import tiles
from pages.widgets.messages import sentence, signed
from pages.widgets.players import SHIPPED_PLAYERS, Asked, asked, players
from pages.widgets.time_machine import still_there, stored_states

ROW = 8
MAPS = 6


def panel(run: str, where: Path | str) -> None:
    """D at the chosen step."""
    pair = players(where)
    try:
        with still_there(where):
            said = asked(where)
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        return
    real_scores, fake_scores, m = said.real_scores, said.fake_scores, pair.D.together
    border = pair.D.threshold(real_scores, fake_scores)
    right_on_real = float((real_scores > border).float().mean())
    right_on_fake = float((fake_scores <= border).float().mean())
    st.markdown(
        f"At step {pair.step:,} D calls **{percent(right_on_real)}** of {len(real_scores)} real "
        f"{'pictures' if m == 1 else 'packs'} real and **{percent(right_on_fake)}** of "
        f"{len(fake_scores)} generated ones generated. Two hills that overlap mean that G is good "
        "only if D is: a D that knows nothing, or that G fools with few kinds of pictures, has one "
        "hill as well."
    )
    st.caption(
        f"At this very step, on {len(real_scores)} fixed pictures of each kind. The curves of a "
        "run show D on its training batches, as means over the last steps."
        + (
            " This loss fixes no zero of D's scores: the border is the middle of both means."
            if pair.D.undecided is None
            else ""
        )
    )
    if m > 1:
        st.caption(f"This D judges {m} pictures together: a pack stands side by side below.")
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2, gap="large")
    with left:
        figure = score_histogram(real_scores.numpy(), fake_scores.numpy(), border, dark)
        st.plotly_chart(figure, key="histogram", config={"displaylogo": False})
    with right:
        _over_time(run, dark)
    _extremes(said, m)
    _heat(where, said, dark)


def _over_time(run: str, dark: bool) -> None:
    states = {} if run == SHIPPED_PLAYERS else stored_states(run)
    if len(states) < 3:
        st.caption("The scores on the way appear for runs that have kept three states or more.")
        return
    known, bar = [], st.progress(0.0, "Asking D at every stored step.")
    for done, (step, path) in enumerate(states.items(), 1):
        try:
            *_, real, fake = asked(path)
        except (GanlabError, OSError):
            continue  # thinned out meanwhile, as happens while a run trains
        known.append((step, real.numpy(), fake.numpy()))
        bar.progress(done / len(states), f"Asking D at stored step {done} of {len(states)}.")
    bar.empty()
    if known:
        steps, real_scores, fake_scores = zip(*known, strict=True)
        figure = scores_over_time(steps, real_scores, fake_scores, dark)
        st.plotly_chart(figure, key="over-time", config={"displaylogo": False})
        st.caption("Line: the median. Band: the middle 80 %. Scores of different losses differ.")


def _extremes(said: Asked, m: int) -> None:
    real, fake = (side_by_side(one, m) for one in (said.real, said.fake))
    real_scores, fake_scores = said.real_scores, said.fake_scores
    rows = (
        ("Generated, and D is fooled most", fake, fake_scores, True),
        ("Generated, and D is surest of it", fake, fake_scores, False),
        ("Real, and D is surest of it", real, real_scores, True),
        ("Real, and D takes it for generated", real, real_scores, False),
    )
    columns = st.columns(2, gap="large")
    for place, (words, pictures, scores, highest) in enumerate(rows):
        order = scores.argsort(descending=highest)[: ROW // min(m, ROW)]
        with columns[place // 2]:
            st.markdown(f"**{words}**")
            st.image(tiles(pictures[order].numpy(), len(order)), width="stretch")
            numbers = " · ".join(signed(float(score)) for score in scores[order])
            st.caption(f"D's scores: {numbers}")


def _heat(where: Path | str, said: Asked, dark: bool) -> None:
    st.markdown("#### Where D looks")
    st.caption(
        "The gradient of D's score at each pixel. Blue: brighter would look more real. Orange: "
        "darker would. This is what G learns from D."
    )
    D = players(where).D
    rows = ("Real", said.real, said.real_told), ("Generated", said.fake, said.fake_told)
    for column, (words, pictures, given) in zip(st.columns(2, gap="large"), rows, strict=True):
        some = pictures[: max(1, MAPS // D.together) * D.together]
        heat = D.gradients(some, None if given is None else given[: len(some)]).numpy()
        seen = where_it_looks(some.numpy(), heat, dark).transpose(0, 3, 1, 2)
        plain: NDArray[np.uint8] = np.broadcast_to(some.numpy(), seen.shape)
        with column:
            st.markdown(f"**{words}**")
            st.image(tiles(np.concatenate([plain, seen]), len(some)), width="stretch")
