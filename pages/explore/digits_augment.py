"""Do generated digits help a classifier that has few real ones? Tried, not claimed."""

from typing import Any

import streamlit as st

from ganlab.data.mnist import has_mnist
from ganlab.evaluation.augmentation_study import EMBEDDED_TEST, Plan
from ganlab.evaluation.classifier import readable
from ganlab.figures.digits import paired_accuracies
from ganlab.formatting import percent
from ganlab.jobs.background import BackgroundJob
from ganlab.registry import Data, find
from ganlab.trained.generator import Generator
from pages.widgets.messages import duration

EVERY = 1.0
"""Seconds between two looks at an experiment under way."""


@st.cache_resource(show_spinner=False)
def _background_jobs() -> dict[tuple[str, ...], BackgroundJob]:
    """The server's experiments by what they try; a tab that comes back finds its own."""
    return {}


def panel(generator: Generator) -> None:
    """The plan, the experiment under way, and what came out."""
    if generator.config.data.name not in readable():
        st.info("The experiment is about digits: choose a model that writes them.")
        return
    st.markdown(
        "A classifier is trained on a few **real** digits, then again on the same ones and "
        "**generated** ones beside them, equally long. Both are tested on real digits that neither "
        "has seen."
    )
    plan = _form()
    if plan is None:
        return
    background_jobs = _background_jobs()
    command = _command(generator, plan)
    under_way = next((one for one in background_jobs.values() if one.running), None)
    mine = background_jobs.get(command)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Run the experiment" if mine is None or mine.running else "Run it again",
            type="primary",
            icon=":material/science:",
            disabled=under_way is not None,
        ):
            background_jobs[command] = BackgroundJob(command)
            while len(background_jobs) > 20:
                background_jobs.pop(next(iter(background_jobs)))
            st.rerun()
        st.caption(_what_is_compared(plan))
    if under_way is not None and under_way is not mine:
        st.info("Another experiment is under way on this server; this one can follow.")
        mine = under_way
    if mine is not None:
        if mine.running:
            st.fragment(_watch, run_every=EVERY)(mine)
        else:
            _ended(mine)
    _beware(generator)
    st.code("python -m ganlab " + " ".join(command), language="bash", wrap_lines=True)


def _form() -> Plan | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Real digits",
            ["The same of each", "Unbalanced"],
            default="The same of each",
            required=True,
            key="augment-kind",
            help="Unbalanced: of 5 to 9 there is a tenth, and generated ones fill them up.",
        )
        unbalanced = kind == "Unbalanced"
        sizes = [1, 2, 5, 10, 20, 50, 100]
        k = st.select_slider(
            "Real, k of each class",
            [size for size in sizes if size >= 10] if unbalanced else sizes,
            value=50 if unbalanced else 10,
            key=f"augment-k-{unbalanced}",
        )
        n = 100
        if not unbalanced:
            n = st.select_slider(
                "Generated, n of each",
                [10, 50, 100, 200, 500],
                value=100,
                key="n-fake",
            )
        seeds = st.number_input("Seeds", 2, 10, 5, key="augment-seeds", width=110)
    return Plan(int(k), int(n), unbalanced, int(seeds))


def _command(generator: Generator, plan: Plan) -> tuple[str, ...]:
    uploaded = generator.file is not None and generator.name.startswith("ganlab-upload")
    model = str(generator.file) if uploaded else generator.name
    size = ("--unbalanced",) if plan.unbalanced else ("--n", str(plan.n))
    return ("augment", model, "--k", str(plan.k), *size, "--seeds", str(plan.seeds))


def _what_is_compared(plan: Plan) -> str:
    real, fake = plan.real(), plan.generated()
    if plan.unbalanced:
        return (
            f"{real[0]} real digits of 0 to 4 and {real[9]} of 5 to 9, with and without "
            f"{fake[9]} generated ones of 5 to 9."
        )
    return f"{sum(real)} real digits, with and without {sum(fake):,} generated ones."


def _watch(background_job: BackgroundJob) -> None:
    """An experiment under way; the page comes again when it has ended."""
    if not background_job.running:
        st.rerun()
    left = background_job.left
    words = (
        f"{background_job.words}, "
        if background_job.words
        else "Reading the digits and the model, "
    )
    words += f"{duration(background_job.seconds)} so far"
    words += f", about {duration(left)} to go" if left is not None else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(background_job.share, words[0].upper() + words[1:])
        if st.button("Cancel", icon=":material/close:", key="augment-cancel"):
            background_job.cancel()
            st.rerun()
    if background_job.sofar:
        _show(background_job.sofar)


def _ended(background_job: BackgroundJob) -> None:
    if background_job.error:
        st.error(
            background_job.error[:1].upper() + background_job.error[1:], icon=":material/error:"
        )
    elif background_job.cancelled:
        st.caption(f"Cancelled after {duration(background_job.seconds)}.")
        if background_job.sofar:
            _show(background_job.sofar)
    elif background_job.result:
        st.markdown(
            f"**{background_job.result['verdict']}** It took {duration(background_job.seconds)}."
        )
        _show(background_job.result)


def _show(result: dict[str, Any]) -> None:
    """Accuracies of both arms by seed, and by class where the set is unbalanced."""
    arms = result["arms"]
    left, right = st.columns([3, 2], gap="medium")
    left.plotly_chart(
        paired_accuracies(
            arms["real"]["accuracies"],
            arms["both"]["accuracies"],
            st.context.theme.type == "dark",
        ),
        config={"displayModeBar": False},
        key="augment-figure",
    )
    with right:
        for arm, title in (("real", "Real digits alone"), ("both", "Real and generated")):
            one = arms[arm]
            if one["mean"] is None:
                continue
            spread = one["deviation"]
            st.metric(
                title,
                percent(one["mean"], 1),
                delta="one seed so far" if spread is None else f"± {percent(spread, 1)} over seeds",
                delta_color="off",
                delta_arrow="off",
                border=True,
            )
        titled = find(Data, result["data"]).title.partition(",")[0]
        st.caption(
            f"Share of {result['test']:,} test digits ({titled}) read right; "
            "a thin line joins the two trainings of a seed, bars are ± one standard deviation."
        )
    if arms["real"]["by_class"] and arms["both"]["by_class"]:
        with st.expander("By class"):
            st.dataframe(
                {
                    "class": list(range(len(result["real"]))),
                    "real digits": result["real"],
                    "generated": result["generated"],
                    "real alone": [100 * share for share in arms["real"]["by_class"]],
                    "real and generated": [100 * share for share in arms["both"]["by_class"]],
                },
                hide_index=True,
                column_config={
                    name: st.column_config.NumberColumn(format="%.1f %%")
                    for name in ("real alone", "real and generated")
                },
            )


def _beware(generator: Generator) -> None:
    """What one must know to read the result rightly."""
    data = find(Data, generator.config.data.name)
    if "split" in data.parameters:
        st.caption(
            f"{generator.name} itself learned from {data.title}'s {data.count:,} training digits. "
            "What it adds here is what it kept of them: a GAN that had only the few real digits "
            "could add less."
        )
    else:
        st.caption(
            f"{generator.name} learned from all {data.count:,} digits of its data set. Where the "
            "test digits are of it too, it has seen them, and its help is flattered."
        )
    if not has_mnist():
        st.caption(
            "MNIST is not on this machine, so the real digits are scikit-learn's 8×8 ones, "
            f"{EMBEDDED_TEST} of them kept for the test. Set GANLAB_DATA to use MNIST."
        )
