import html
import importlib.util
from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlab.catalogue import DATA
from ganlab.catalogue.measures import MEASURES, floor, value
from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from ganlab.figures.runs import DASHES, Curve, curves
from ganlab.figures.theme import SEQUENCE
from ganlab.runs import export
from ganlab.runs.comparison import (
    AXES,
    Axis,
    Compared,
    compared,
    differences,
    results_csv,
    to_csv,
    to_json,
)
from ganlab.runs.event_files import event_files
from ganlab.runs.record import GAN, RunInfo
from pages.widgets.lab import PLAYGROUND, RUNS, TRAIN, hub, plainly
from pages.widgets.words import badge, duration, number, sentence, setting

MOST = 6  # runs that fit beside one another
LINES = {
    "solid": "━━━━",
    "dash": "╍╍╍╍",
    "dot": "┅┅┅┅",
    "dashdot": "━ · ━",
    "longdash": "━━ ━━",
    "longdashdot": "━━ · ━━",
}
PLAIN = {"displaylogo": False}
POINTS = {name for name, spec in DATA.items() if spec.traits["space"] == "points"}
CHARTS: tuple[tuple[str, str, dict[str, bool]], ...] = (
    ("d_loss", "D's loss", {}),
    ("g_loss", "G's loss", {}),
    ("d_real", "Real called real", {"percent": True}),
    ("d_fake", "Generated called generated", {"percent": True}),
    ("g_gradient", "Norm of G's gradient", {"log": True}),
)
RESULTS: dict[str, str] = {
    "accuracy": "read as meant",
    "confidence": "confidence of the classifier",
    "modes": "modes",
    "high_quality": "high quality",
    "covered": "of the curve covered",
    "on_curve": "on the curve",
    "js": "JS divergence",
    "images_per_second": "pictures a second",
    "points_per_second": "points a second",
}


def label(info: RunInfo) -> str:
    """A run's name that tells it from another of the same title."""
    return f"{info.title} · {info.id[-4:]}"


def choose() -> list[Compared]:
    """The runs to compare, from the address or by hand; the newest two at first."""
    infos = {
        info.id: info for info in hub().runs() if info.step and info.config and info.kind == GAN
    }
    if len(infos) < 2:
        st.info(
            "Two runs that have trained are wanted. Start them on the Image GANs page: the same "
            "preset twice with one knob changed says most.",
            icon=":material/rocket_launch:",
        )
        st.page_link(TRAIN, label="Start a run", icon=":material/play_arrow:")
        st.stop()
    wanted = [one for one in st.query_params.get("runs", "").split(",") if one in infos]
    chosen = st.multiselect(
        "Runs",
        list(infos),
        wanted or _alike(list(infos.values())),
        max_selections=MOST,
        format_func=lambda one: label(infos[one]),
        key="runs",
    )
    st.query_params["runs"] = ",".join(chosen)
    found = []
    for run_id in chosen:
        try:
            found.append(compared(hub().store.open(run_id)))
        except GanlabError as error:
            st.warning(sentence(error))
    if len(found) < 2:
        st.info("Choose at least two runs.", icon=":material/arrow_upward:")
        st.stop()
    return found


def _alike(infos: Sequence[RunInfo]) -> list[str]:
    """The newest run with the next one on the same data, else the newest two."""
    newest, *others = infos
    data = newest.config["data"]["name"]
    same = [info for info in others if info.config["data"]["name"] == data]
    return [newest.id, (same or others)[0].id]


def show_pictures(runs: Sequence[Compared]) -> None:
    """What each run draws now, under the line that stands for it in the charts."""
    for column, (place, run) in zip(st.columns(max(len(runs), 3)), enumerate(runs), strict=False):
        with column:
            st.html(swatch(place, label(run.info)))
            try:
                st.image(export.grid_png(hub().store.open(run.info.id)), width="stretch")
            except GanlabError:
                st.caption("Points: open the run to see them.")
            facts = f"step {run.info.step:,} · {duration(run.info.seconds)}"
            st.markdown(f"{badge(run.info.state)} {facts}")
            where = PLAYGROUND if run.info.config["data"]["name"] in POINTS else TRAIN
            st.page_link(where, label="Open", query_params={"run": run.info.id})


def swatch(place: int, name: str) -> str:
    """A run's line and name, as the charts draw it."""
    line = LINES[DASHES[place % len(DASHES)]]
    colour = SEQUENCE[place % len(SEQUENCE)]
    return f'<span style="color:{colour}">{line}</span> <b>{html.escape(name)}</b>'


def show_curves(runs: Sequence[Compared]) -> None:
    """The same measure of all runs on one chart each."""
    axes: list[Axis] = [
        axis for axis in AXES if axis != "epochs" or all(run.real_count for run in runs)
    ]
    axis: Axis = st.segmented_control("Against", axes, default="steps", required=True, key="axis")
    dark = st.context.theme.type == "dark"
    columns, drawn = st.columns(2), 0
    for name, title, options in CHARTS:
        lines: list[Curve] = [
            (label(run.info), run.along(axis), run.columns[name])
            for run in runs
            if name in run.metrics
        ]
        if lines:
            figure = curves(lines, title, axis, dark, **options)
            columns[drawn % 2].plotly_chart(figure, key=f"chart.{name}", config=PLAIN)
            drawn += 1
    kinds = sorted({run.info.config["loss"]["name"] for run in runs})
    if len(kinds) > 1:
        st.caption(
            f"Losses of different kinds ({', '.join(kinds)}) have scales of their own: compare "
            "the pictures and the measures instead."
        )


def show_results(runs: Sequence[Compared]) -> None:
    """What was measured at the end of each run."""
    rows = quality_rows(runs)
    rows |= {
        words: [_measured(run.info.results.get(name)) for run in runs]
        for name, words in RESULTS.items()
        if any(name in run.info.results for run in runs)
    }
    if not rows:
        st.caption("Measures come at the end of a run: none of these has ended yet.")
        return
    st.markdown(_table("measured", [label(run.info) for run in runs], rows))
    taken = {(run.info.quality["features"], run.info.quality["n"]) for run in runs if _has(run)}
    if len(taken) > 1:
        st.warning(
            "These qualities were measured in different features or at different N: do not compare "
            "them.",
            icon=":material/warning:",
        )
    elif taken:
        st.caption(
            "In brackets what as many other real pictures score. Fréchet distance and KID: lower "
            "is better; coverage and density: higher is."
        )


def quality_rows(runs: Sequence[Compared]) -> dict[str, list[str]]:
    """The measured quality of each, its floor in brackets, with what it was measured by."""
    if not any(_has(run) for run in runs):
        return {}
    found = [run.info.quality if _has(run) else {} for run in runs]
    rows = {
        one.title: [f"{value(q, name)} ({floor(q, name)})" if q else "–" for q in found]
        for name, one in MEASURES.items()
        if any(name in q for q in found)
    }
    rows["… in features of"] = [q.get("features", "–") for q in found]
    rows["… N, k"] = [f"{q['n']:,}, {q['k']}" if q else "–" for q in found]
    rows["… at step"] = [f"{q['step']:,}" if q else "–" for q in found]
    return rows


def _has(run: Compared) -> bool:
    return "frechet" in run.info.quality


def show_settings(runs: Sequence[Compared]) -> None:
    """Where the settings differ."""
    found = differences([RunConfig.from_json(run.info.config) for run in runs])
    if not found:
        st.caption("All settings are equal, the seed too: what differs is how long they trained.")
        return
    rows = {setting(path): [_shown(value) for value in row] for path, row in found.items()}
    st.markdown(_table("setting", [label(run.info) for run in runs], rows))


def _table(corner: str, heads: Sequence[str], rows: dict[str, list[str]]) -> str:
    lines = [[corner, *heads], ["---"] * (len(heads) + 1)]
    lines += [[words, *cells] for words, cells in rows.items()]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


def _measured(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _shown(value: Any) -> str:
    if isinstance(value, bool | str):
        return str(value) or "none"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return number(float(value))


def show_downloads(runs: Sequence[Compared]) -> None:
    """The comparison as files."""
    with st.container(horizontal=True, key="downloads"):
        for words, make, name, kind, icon in (
            ("Metrics (CSV)", to_csv, "runs.csv", "text/csv", "table"),
            ("Results (CSV)", results_csv, "results.csv", "text/csv", "straighten"),
            (
                "Settings and results (JSON)",
                to_json,
                "runs.json",
                "application/json",
                "data_object",
            ),
        ):
            st.download_button(
                words,
                lambda make=make: make(runs),
                name,
                kind,
                on_click="ignore",
                icon=f":material/{icon}:",
            )
        if importlib.util.find_spec("tensorboard"):
            st.download_button(
                "TensorBoard (ZIP)",
                lambda: event_files(runs),
                "runs-tensorboard.zip",
                "application/zip",
                on_click="ignore",
                icon=":material/analytics:",
                help="Unpack it and open the folder with `tensorboard --logdir`.",
            )
        else:
            st.caption("TensorBoard event files: `pip install tensorboard`, then reload.")


st.title("Compare runs", anchor=False)
st.markdown(
    "The same measures of several runs on one chart. Change **one** setting between two runs with "
    "the same seed, and whatever differs here is its doing."
)
with plainly():
    chosen = choose()
    show_pictures(chosen)
    st.markdown("#### Curves")
    show_curves(chosen)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Where their settings differ")
        show_settings(chosen)
    with right:
        st.markdown("#### What was measured")
        show_results(chosen)
    show_downloads(chosen)
    st.page_link(RUNS, label="All runs", icon=":material/history:")
