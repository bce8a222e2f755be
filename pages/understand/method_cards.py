"""Panel: a card for each method: idea, formula, paper, measured cost, when it fails."""

import subprocess
import sys

import streamlit as st

from ganlab.bench.costs import Costs, known
from ganlab.bench.methods import PLAIN, training_methods
from ganlab.bench.published import published
from ganlab.registry import Method, find
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
        "Published methods by year. **Cost** is the time of a step relative to "
        "a step of the plain GAN, measured and not estimated."
    )
    if act.button(
        "Measure here",
        icon=":material/timer:",
        key="measure-costs",
        width="stretch",
        help="Every method makes its steps by turns with the plain GAN. Takes about 15 seconds of "
        "one core; runs that train meanwhile make it longer, hardly different.",
    ):
        _measure()
    if costs:
        st.caption(f"Cost: {'this machine, ' if own else ''}{costs.summary()}.")
    cards = by_paper()
    for start in range(0, len(cards), 2):
        for column, names in zip(
            st.columns(2, gap="medium"), cards[start : start + 2], strict=False
        ):
            with column.container(border=True, height="stretch", key=f"card-{names[0]}"):
                _card(names, costs)


def by_paper() -> list[list[str]]:
    """The methods of one paper and one formula share a card; plain first, then by year."""
    cards: dict[tuple[str, str], list[str]] = {}
    ordered = sorted(training_methods().items(), key=lambda item: (item[0] != PLAIN, item[1].year))
    for name, method in ordered:
        cards.setdefault((method.source, method.formula), []).append(name)
    return list(cards.values())


def _card(names: list[str], costs: Costs | None) -> None:
    method = find(Method, names[0])
    st.markdown(f"#### {' · '.join(find(Method, name).title for name in names)}")
    if costs:
        st.markdown(" ".join(_cost(name, costs) for name in names))
    st.markdown(method.summary)
    st.markdown(measured(names))
    st.latex(in_lines(method.formula))
    st.markdown(f":material/warning: **When it fails.** {method.fails}")
    st.caption(method.source)


def measured(names: list[str], data: str = "ring") -> str:
    """What the lab's own comparison found of them and of the plain GAN: the promise's test."""
    rows = {row.method: row for row in published(data)}
    found = [rows[name] for name in (*names, PLAIN) if name in rows]
    if not found or found[0].method == PLAIN:
        return ""
    figures = "; ".join(
        f"{find(Method, row.method).title if row.method != PLAIN else 'the plain GAN'} "
        f"{row.mean('modes'):.1f} ± {row.error('modes'):.1f} of {row.modes_of} modes, "
        f"{row.mean('high_quality'):.0%} of high quality"
        + f" in {row.iterations:,} steps"
        * (row.iterations != found[0].iterations)
        for row in found
    )
    first = found[0]
    return (
        f":material/monitoring: **Measured** on the {data}, {len(first.seeds)} seeds, "
        f"{first.iterations:,} steps: {figures}."
    )


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
    with st.spinner("Every method makes its steps…", show_time=True):
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
