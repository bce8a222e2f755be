"""Panel: a method over several seeds, as mean ± standard error, to be taken home as a table."""

import math
import statistics

import streamlit as st

from ganlab.bench.methods import PLAIN, PROTOCOL, method_config, training_methods
from ganlab.bench.published import published
from ganlab.bench.rows import Row
from ganlab.bench.seed_runs import KIND, SeedRun
from ganlab.bench.tables import HEAD, as_csv, as_markdown, cells, exact
from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from ganlab.registry import Method, find, table
from pages.widgets.lab import hub, plainly
from pages.widgets.many_gans import progress_and_stop
from pages.widgets.messages import sentence
from pages.widgets.silence import polled

POLL_SECONDS = 1.0
BUDGETS = {500: "500, a glance", 2_000: "2,000, a rough look", 0: "the method's own"}
N = 2_500
"""Samples that the lab scores of each GAN."""
PUBLISHED_STEPS = 400_000
"""Of Lin et al. 2018's comparison, appendix C."""
COMPLETE = ("finished", "diverged")
"""States in which a run has had its whole budget."""
TIPS = {
    "seeds": "GANs that differ in nothing but their seed.",
    "modes": "Modes with at least one sample of high quality.",
    "high quality, %": "Share of samples within 3 σ of a mode.",
    "reverse KL": "How unevenly the good samples are shared among the modes, in nats.",
    "spread / σ": "Standard deviation within a mode over that of the data.",
    "iterations": "Steps of G.",
    "CPU s": "Processor time of all seeds together, measures included.",
}
"""What the columns say, by their head."""


def panel(dark: bool) -> None:
    """Choose methods, run them over seeds, read the table."""
    del dark
    st.markdown(
        "One run is an anecdote: with another seed the same GAN may find all modes or lose half. "
        "So the literature trains each method **ten times** and reports the mean ± its standard "
        "error. All seeds of a method train side by side, as one run."
    )
    with plainly():
        data = _controls()
        infos = [info for info in hub().runs() if info.preset == KIND]
        told = {info.id: run for info in infos if (run := _told(info.id)) and run.data == data}
        mine = [info for info in infos if info.id in told]
        if mine:
            live = any(info.live for info in mine)
            states = {info.id: info.state for info in mine}
            polled(_watch, POLL_SECONDS if live else None)(states, data)
        else:
            st.caption(f"Nothing has run on the {data} yet.")
        _published(data, folded=bool(mine))


def _published(data: str, folded: bool) -> None:
    """What the lab itself measured over ten seeds, to compare with or to look at first."""
    rows = published(data)
    if not rows:
        return
    first = rows[0]
    steps = sorted({row.iterations for row in rows})
    with st.expander(
        f"What the lab measured: {len(first.seeds)} seeds of each method, {steps[0]:,} steps "
        f"({steps[-1]:,} for the annealed ones)",
        icon=":material/verified:",
        expanded=not folded,
    ):
        _frame(rows)
        st.caption(
            f"Read the ranks with the budget: PacGAN's paper trained each row for "
            f"{PUBLISHED_STEPS:,} steps, and what is promised of a method there may need them. "
            f"{_within_noise(rows)}"
        )
        st.caption(
            f"By `python -m ganlab bench modes --data {data} --seeds {len(first.seeds)}` on one "
            f"thread of {first.device}; N = {first.n:,} samples of each seed, PacGAN's rule "
            f"({first.rule}), mean ± standard error."
        )


def _within_noise(rows: list[Row]) -> str:
    """Up to which difference of modes two rows are level: two standard errors of a difference."""
    errors = [row.error("modes") for row in rows if row.error("modes") > 0]
    if not errors:
        return ""
    least = 2 * math.sqrt(2) * statistics.median(errors)
    return f"Differences below {least:.1f} modes mean nothing over so many seeds."


def _controls() -> str:
    """What to run, and Start; the data whose table is shown."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        methods = st.multiselect(
            "Methods",
            list(training_methods()),
            [PLAIN, "r1-r2"],
            format_func=lambda name: find(Method, name).title,
            key="seeds-methods",
            width=330,
        )
        data = st.selectbox("Data", PROTOCOL, key="seeds-data", bind="query-params", width=110)
        count = st.number_input("Seeds", 1, 64, 10, key="seeds-count", width=100)
        steps = st.selectbox(
            "Steps", list(BUDGETS), 1, format_func=BUDGETS.__getitem__, key="seeds-steps", width=190
        )
        st.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            disabled=not methods,
            key="seeds-start",
            on_click=_start,
            args=(methods, data, count, steps),
        )
    return data or PROTOCOL[0]


def _start(methods: list[str], data: str, count: int, steps: int | None) -> None:
    """Start a run for each method; those for which there is no place wait."""
    try:
        for method in methods:
            run = SeedRun(method, data, int(count), steps or 0)
            hub().start(
                run.config, run.title, KIND, variants=run.variants(), seed_run=run.to_json()
            )
    except GanlabError as error:
        st.toast(sentence(error), icon=":material/error:")


def _told(run_id: str) -> SeedRun | None:
    """What the run is over; None if its record does not say so, as of one being deleted."""
    try:
        return _read(run_id)
    except GanlabError:
        return None


@st.cache_data(max_entries=256, show_spinner=False)
def _read(run_id: str) -> SeedRun:
    return SeedRun.from_json(hub().store.open(run_id).facts().get("seed_run"))


def _watch(states: dict[str, str], data: str) -> None:
    infos = [info for info in hub().runs() if info.id in states]
    if {info.id: info.state for info in infos} != states:
        st.rerun()
    for info in reversed(infos):  # in the order in which they were started
        if info.live:
            progress_and_stop(info, info.title)
        elif info.state in ("failed", "lost", "diverged"):
            st.error(f"{info.title}: {sentence(info.words)}", icon=":material/error:")
    rows = rows_of(infos)
    if rows:
        with st.container(key="seeds-rows"):
            _table(rows, data)
    elif not any(info.live for info in infos):
        st.caption(f"Nothing has finished on the {data} yet.")
    if cut := [info for info in infos if info.state == "stopped"]:
        told = "; ".join(f"{info.title}, at step {info.step:,} of {info.steps:,}" for info in cut)
        st.caption(f"Stopped before the end, and so left out: {told}.")


def rows_of(infos: list[RunInfo]) -> list[Row]:
    """The rows of the runs that have had their whole budget, the plain GAN first.

    Of several runs of one method over as many seeds and steps the newest counts.
    """
    found: dict[tuple[str, int, int], Row] = {}
    for info in infos:  # newest first
        run = _told(info.id)
        if run is None or info.state not in COMPLETE or "members" not in info.results:
            continue
        row = run.row(
            info.results["members"],
            info.lost,
            info.step,
            info.results.get("cpu_seconds", info.seconds),
            _device(info.id),
            N,
            len(info.centres),
        )
        found.setdefault((run.method, run.seeds, info.step), row)
    order = list(table(Method))
    return sorted(found.values(), key=lambda row: (order.index(row.method), row.iterations))


@st.cache_data(max_entries=256, show_spinner=False)
def _device(run_id: str) -> str:
    return str(hub().store.open(run_id).facts().get("device_name", ""))


def _table(rows: list[Row], data: str) -> None:
    """The table with what perfect samples score below, and both downloads."""
    _frame(rows)
    st.caption(
        f"Mean ± standard error over the seeds; N = {rows[0].n:,} samples of each, PacGAN's rule "
        f"({rows[0].rule}): a sample is of high quality within 3 σ of a mode, a mode is captured "
        "by one such sample, and the reverse KL is over those samples. The last row is the ceiling "
        "of modes and quality and the floor of reverse KL: what as many samples of the data "
        "themselves score. A spread below 1 is collapse *within* a mode: more quality than the "
        "data themselves have is no triumph. A seed that diverged counts as the worst."
    )
    with st.container(horizontal=True):
        st.download_button(
            "Every seed (CSV)", as_csv(rows), f"methods-{data}.csv", "text/csv",
            icon=":material/table:", on_click="ignore", key="seeds-csv",
        )  # fmt: skip
        st.download_button(
            "The table (Markdown)", as_markdown(rows), f"methods-{data}.md", "text/markdown",
            icon=":material/description:", on_click="ignore", key="seeds-markdown",
        )  # fmt: skip
    st.caption(
        f"From the command line: `python -m ganlab bench modes --data {data} --seeds 10`. Networks "
        f"and batch are those of the benchmark ({_shape(data)})."
    )


def _frame(rows: list[Row]) -> None:
    """The rows, and what perfect samples score below them."""
    lines = [dict(zip(HEAD, line, strict=True)) for line in [*map(cells, rows), exact(rows[0])]]
    seeds = [str(len(row.seeds)) for row in rows] + [""]
    shown = [line | {"seeds": count} for line, count in zip(lines, seeds, strict=True)]
    numbers = {
        name: st.column_config.TextColumn(help=tip, alignment="right") for name, tip in TIPS.items()
    }
    # N and the rule are the same in all rows: they are said below, where they cost no room.
    st.dataframe(
        {name: [line[name] for line in shown] for name in (HEAD[0], *TIPS)},
        hide_index=True,
        height="content",
        column_config={HEAD[0]: st.column_config.TextColumn(pinned=True), **numbers},
    )


def _shape(data: str) -> str:
    config = method_config(PLAIN, data)
    values = config.network.values
    return f"{values['g_depth']} × {values['g_width']} units, {config.batch} points a batch"
