"""What a preset came to in the lab's own comparison at equal processor time, in words."""

import streamlit as st

from ganlab.bench.published import reached
from ganlab.presets import preset as configuration_of
from ganlab.registry import Data, find

CLASSIFIER_TERM = "consistency"
"""The term of presets whose G is conditioned on what the classifier sees in real pictures."""


def say_what_was_reached(preset: str) -> None:
    """A sentence with every figure's measure below it; nothing for a preset outside of it."""
    found = reached(preset)
    if found is None:
        return
    flattered = any(term.name == CLASSIFIER_TERM for term in configuration_of(preset).terms)
    st.markdown(
        f":material/verified: **What it came to.** {found.steps:,} steps on "
        f"{find(Data, found.data).title} with {found.cpu_seconds:.0f} seconds of one processor: "
        f"Fréchet distance {found.frechet:.2f}, where real pictures have {found.floor:.2f}, "
        f"and coverage {found.coverage:.2f}."
        + " Its G is given features of real digits in which this distance is taken."
        * flattered
    )
    st.caption(
        f"{found.features}, N = {found.n:,}, one run on one thread of {found.device}: "
        "`python -m ganlab bench systems` measures it and all others again. One seed each: another "
        "seed moves this distance, so a small lead of one system over another means nothing."
    )
