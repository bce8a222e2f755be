"""Panel: a card for each remedy: idea, formula, paper, measured cost, when it fails."""

import subprocess
import sys

import streamlit as st

from ganlab.bench.costs import Costs, known
from ganlab.catalogue.remedies import PLAIN, REMEDIES
from pages.widgets.lab import PAGES

WIDE = 55
"""Letters of a formula from which on it may not fit into a card."""
PATIENCE = 600
"""Seconds that a measurement may take on a machine that does other things too."""


def panel(dark: bool) -> None:
    """All cards, with what each costs."""
    del dark
    costs, own = known()
    text, act = st.columns([3, 1], vertical_alignment="center")
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
        st.caption(f"Cost: {'this machine, ' if own else ''}{costs.sentence()}.")
    cards = by_paper()
    for start in range(0, len(cards), 2):
        for column, names in zip(
            st.columns(2, gap="medium"), cards[start : start + 2], strict=False
        ):
            with column.container(border=True, height="stretch", key=f"card-{names[0]}"):
                _card(names, costs)


def by_paper() -> list[list[str]]:
    """The remedies of one paper and one formula share a card; plain first, then by year."""
    cards: dict[tuple[str, str], list[str]] = {}
    for name in sorted(REMEDIES, key=lambda name: (name != PLAIN, REMEDIES[name].year)):
        remedy = REMEDIES[name]
        cards.setdefault((remedy.work, remedy.formula), []).append(name)
    return list(cards.values())


def _card(names: list[str], costs: Costs | None) -> None:
    remedy = REMEDIES[names[0]]
    st.markdown(f"#### {' · '.join(REMEDIES[name].title for name in names)}")
    if costs:
        st.markdown(" ".join(_cost(name, costs) for name in names))
    st.markdown(remedy.idea)
    st.latex(in_lines(remedy.formula))
    st.markdown(f":material/warning: **When it fails.** {remedy.fails}")
    st.caption(remedy.paper)


def _cost(name: str, costs: Costs) -> str:
    """A badge: cheap, dear or very dear, with the measured figure."""
    ratio = costs.ratios.get(name)
    if ratio is None:
        return ":gray-badge[not measured]"
    if name == PLAIN:
        return ":gray-badge[the measure of cost]"
    colour = "green" if ratio < 1.25 else "orange" if ratio < 3 else "red"
    return f":{colour}-badge[{ratio:.1f} × a step]"


def in_lines(formula: str) -> str:
    """A long formula small and in lines that fit into a card."""
    if len(formula) < WIDE:
        return formula
    broken = formula.replace(r",\quad", r",\\ ")
    for term in (r"+\tfrac", r"+\lambda"):
        broken = broken.replace(term, rf"\\ {{}}{term}")
    return rf"\footnotesize\begin{{gathered}}{broken}\end{{gathered}}"


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
