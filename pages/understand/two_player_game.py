"""Panel: reading the losses of a real run, practised on small games that are played here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from ganlab.config.choice import Choice
from ganlab.figures.theory.game import losses
from ganlab.records import Equilibrium
from ganlab.registry import Loss, find
from ganlab.theory.loss_reading import CONTEST, D_AHEAD, EVEN, G_AHEAD, MEANINGS, SWINGING, phases
from ganlab.theory.small_game import STORIES, Record, play
from pages.widgets.live_chart import ABOUT_EQUILIBRIUM, NO_ZERO
from pages.widgets.question import question

Rows = Mapping[str, np.ndarray]
"""Columns step, d_loss, g_loss, d_real, d_fake (probabilities), all (n,); distance if known."""

SHADE = {EVEN: "green", CONTEST: "gray", D_AHEAD: "violet", G_AHEAD: "orange", SWINGING: "yellow"}


@dataclass(frozen=True)
class Recording:
    """What a built-in game teaches."""

    diagnosis: str
    ask: str
    options: dict[str, str]
    right: str
    answer: str


TOLD = {
    "settles": Recording(
        "G's loss climbs to five times its resting value, then both come to rest: D at log 4, G at "
        "log 2. The distance falls all the while.",
        "Between steps 0 and 100 G's loss rises steeply. What are the samples doing?",
        {
            "Getting worse": "So the loss seems to say; look at the distance below.",
            "Getting better": "The distance falls the whole time.",
            "Standing still": "The distance chart shows them moving.",
        },
        "Getting better",
        "D is learning too: the loss rises because the examiner got stricter, not because the "
        "pupil got worse. A GAN loss is a score against this moment's opponent.",
    ),
    "D runs away": Recording(
        "D is right about every sample from the first steps on, its loss is 0, and the minimax G "
        "receives no gradient: it has moved by 2 % of its way.",
        "D's loss is perfect and both curves are smooth and flat. Is this run done?",
        {
            "Yes, it has converged": "Flat, but far from log 4 and log 2.",
            "No, G is stuck far from the data": "The distance has hardly changed.",
            "One cannot know": "D's answers tell: 1 on real and 0 on fake is no draw.",
        },
        "No, G is stuck far from the data",
        "A D loss near 0 means that D wins. Try the non-saturating loss, a slower D, instance "
        "noise, or a penalty on D's gradient.",
    ),
    "D stops learning": Recording(
        "Until step 200 both learn and G nearly arrives. Then D is frozen: G's loss goes on "
        "falling, and it walks away from the data.",
        "After step 250 G's loss falls steadily. Would you keep the last G?",
        {
            "Yes, its loss is lowest": "The lowest loss, and far from the data: see the distance.",
            "No, one from about step 250": "There the distance is smallest.",
            "It makes no difference": "The distance differs by a factor of twenty.",
        },
        "No, one from about step 250",
        "A falling G loss against a D that no longer learns is an exploit, not progress. That is "
        "why checkpoints are chosen by a distance between samples, never by the loss.",
    ),
    "in circles": Recording(
        "Heavy momentum makes both overshoot: the losses swing, and G swings around the data. With "
        "other seeds than this game's 0 it may settle in time.",
        "In these 600 steps the losses never come to rest. Which method suits?",
        {
            "Train longer": "It has been circling all along, like the plain Dirac-GAN.",
            "Less momentum, or friction on D such as R1": "Less swing, or something to damp it.",
            "A larger batch": "It swings because of momentum, not because of noise.",
        },
        "Less momentum, or friction on D such as R1",
        "Momentum adds to the turning of the field. Adam's β₁ is therefore at or below 0.5 in most "
        "GANs, instead of its usual 0.9, and an average of G over time lands in the middle of the "
        "circle.",
    ),
}


@st.cache_data(max_entries=len(STORIES), show_spinner=False)
def played(name: str) -> Record:
    """The record of a built-in game."""
    return play(STORIES[name])


def panel(
    rows: Rows,
    diagnosis: str,
    dark: bool,
    loss: Choice | None,
    key: str = "run",
    shares: bool = False,
) -> None:
    """Show a run's losses with the help to read them; without a loss, no line where they rest.

    shares: D's answers are shares of samples that it calls real, not mean probabilities.
    """
    if len(rows["step"]) < 2:
        st.info("This run has not logged two steps yet: there is nothing to read so far.")
        return
    record = find(Loss, loss.name) if loss else None
    rest = record.at_equilibrium(loss.values) if loss and record else Equilibrium()
    unfixed = bool(record and (record.critic or record.margin))
    found = [] if unfixed else phases(rows["step"], rows["d_real"], rows["d_fake"])
    figure = losses(
        rows["step"],
        rows["d_loss"],
        rows["g_loss"],
        rows["d_real"],
        rows["d_fake"],
        found,
        (rest.d_loss, rest.g_loss),
        dark,
        rows.get("distance"),
        unit=record.unit if record else "",
        shares=shares,
    )
    st.plotly_chart(
        figure, theme=None, key=f"{key}_losses", config={"displayModeBar": False},
        alt="Losses of D and G over the steps, D's answers below"
        + ("" if unfixed else ", shaded by who is ahead"),
    )  # fmt: skip
    if rest.d_loss is not None or rest.g_loss is not None:
        st.caption(ABOUT_EQUILIBRIUM)
    if unfixed:
        st.caption(NO_ZERO)
    st.info(diagnosis, icon=":material/stethoscope:")
    seen = [kind for kind in SHADE if kind in {p.kind for p in found}]
    for column, kind in zip(st.columns(max(2, len(seen))), seen, strict=False):
        column.markdown(f":{SHADE[kind]}-background[**{kind}**]")
        column.caption(MEANINGS[kind])


def stories(dark: bool) -> None:
    """Show the built-in games, each with its question."""
    st.markdown(
        "Look at D's answers (middle) before you believe a loss (top): shades say who is ahead. In "
        "these small games the true distance is known (bottom), so you can check what the losses "
        "made you believe."
    )
    name = st.segmented_control(
        "A small game, played just now", list(STORIES), default="settles", required=True,
        key="story", bind="query-params",
    )  # fmt: skip
    told = TOLD[name]
    panel(asdict(played(name)), told.diagnosis, dark, Choice(STORIES[name].loss), key="story")
    question(f"story_{name}", told.ask, told.options, told.right, told.answer)
