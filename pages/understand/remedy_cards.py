"""Panel: a card for each remedy: idea, formula, paper, measured cost, when it fails."""

import subprocess
import sys

import streamlit as st

from ganlab.bench.costs import Costs, known
from ganlab.catalogue.remedies import PLAIN, REMEDIES, Remedy
from pages.widgets.lab import PAGES

PATIENCE = 600
"""Seconds that a measurement may take on a machine that does other things too."""


def panel(dark: bool) -> None:
    """All cards, with what each costs."""
    del dark
    costs, own = known()
    text, act = st.columns([4, 1], vertical_alignment="center")
    text.markdown(
        "What has been proposed, in the order of its years. **Cost** is the time of a step beside "
        "a step of the plain GAN, measured and not estimated."
    )
    if act.button(
        "Measure here",
        icon=":material/timer:",
        key="measure-costs",
        width="stretch",
        help="Every remedy makes its steps by turns with the plain GAN. Takes about 15 seconds of "
        "one core; runs that train meanwhile make it longer, hardly different.",
    ):
        _measure()
    if costs:
        st.caption(f"Cost: {'this machine, ' if own else ''}{costs.told()}.")
    order = sorted(REMEDIES, key=lambda name: (name != PLAIN, REMEDIES[name].year))
    for left, right in zip(order[::2], [*order[1::2], ""], strict=False):
        columns = st.columns(2, gap="medium")
        for column, name in zip(columns, (left, right), strict=True):
            if name:
                with column.container(border=True, height="stretch", key=f"card-{name}"):
                    _card(name, REMEDIES[name], costs)


def _card(name: str, remedy: Remedy, costs: Costs | None) -> None:
    title, cost = st.columns([3, 1], vertical_alignment="center")
    title.markdown(f"#### {remedy.title}")
    ratio = costs.ratios.get(name) if costs else None
    if ratio is not None:
        words = "the measure" if name == PLAIN else f"{ratio:.1f} × a step"
        cost.markdown(f":{_colour(ratio)}-badge[{words}]")
    st.markdown(remedy.idea)
    st.latex(remedy.formula)
    st.markdown(f":material/warning: **When it fails.** {remedy.fails}")
    st.caption(remedy.paper)


def _colour(ratio: float) -> str:
    """Cheap, dear, very dear."""
    return "green" if ratio < 1.25 else "orange" if ratio < 3 else "red"


def _measure() -> None:
    """Measure in a process of its own, so that other pages keep their pace."""
    command = [sys.executable, "-m", "ganlab", "bench", "cost"]
    with st.spinner("Every remedy makes its steps…", show_time=True):
        try:
            done = subprocess.run(
                command, cwd=PAGES.parent, capture_output=True, text=True, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            st.error("The machine is too busy to measure: try again when less is training.")
            return
    if done.returncode:
        st.error(done.stderr.strip().splitlines()[-1], icon=":material/error:")
        return
    st.rerun()
