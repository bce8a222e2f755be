import html
import importlib.util
from collections.abc import Sequence

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.export.comparison import (
    AXES,
    Axis,
    Compared,
    compared,
    results_csv,
    to_csv,
    to_json,
)
from ganlab.export.tensorboard import event_files
from ganlab.figures.runs import DASHES, Curve, curves
from ganlab.figures.theme import in_sequence
from ganlab.jobs.info import GAN, RunInfo
from pages.train.compare_tables import label, show_results, show_settings
from pages.widgets.lab import PLAYGROUND, RUNS, TRAIN, hub, plainly
from pages.widgets.messages import badge, duration, sentence
from pages.widgets.time_machine import choose_moment, pictures_at

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
CHARTS: tuple[tuple[str, str, dict[str, bool]], ...] = (
    ("d_loss", "D's loss", {}),
    ("g_loss", "G's loss", {}),
    ("d_real", "Real called real", {"percent": True}),
    ("d_fake", "Generated called generated", {"percent": True}),
    ("g_gradient", "Norm of G's gradient", {"log": True}),
)


def choose() -> list[Compared]:
    """The runs to compare, from the address or by hand; the newest two at first."""
    infos = {
        info.id: info for info in hub().runs() if info.step and info.config and info.kind == GAN
    }
    if len(infos) < 2:
        st.info(
            "Two runs that have trained are needed. Start them on the Image GANs page: the same "
            "preset twice with one knob changed says most.",
            icon=":material/rocket_launch:",
        )
        st.page_link(TRAIN, label="Start a run", icon=":material/play_arrow:")
        st.stop()
    named = list(dict.fromkeys(filter(None, st.query_params.get("runs", "").split(","))))
    asked = [one for one in named if one in infos][:MOST]
    if gone := [f"'{one}'" for one in named if one not in infos]:
        st.warning(
            f"Not here to compare, and so left out: {', '.join(gone)}. A run may have been "
            "deleted, or not have trained yet.",
            icon=":material/link_off:",
        )
    chosen = st.multiselect(
        "Runs",
        list(infos),
        asked or _similar(list(infos.values())),
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


def _similar(infos: Sequence[RunInfo]) -> list[str]:
    """The newest run with the next one on the same data, else the newest two."""
    newest, *others = infos
    data = newest.config["data"]["name"]
    same = [info for info in others if info.config["data"]["name"] == data]
    return [newest.id, (same or others)[0].id]


def show_pictures(runs: Sequence[Compared]) -> None:
    """What each run draws at one step, under the line that stands for it in the charts."""
    drawing = [run for run in runs if not run.info.on_points]
    moment = choose_moment([run.info.id for run in drawing])
    for column, (place, run) in zip(st.columns(max(len(runs), 3)), enumerate(runs), strict=False):
        with column:
            st.html(swatch(place, label(run.info)))
            try:
                at, picture = pictures_at(run.info.id, moment)
                st.image(picture, width="stretch")
                if moment is not None:
                    st.caption(f"As it drew at step {at:,}")
            except GanlabError:
                st.caption("Points: open the run to see them.")
            facts = f"step {run.info.step:,} · {duration(run.info.seconds)}"
            st.markdown(f"{badge(run.info.state)} {facts}")
            where = PLAYGROUND if run.info.on_points else TRAIN
            st.page_link(where, label="Open", query_params={"run": run.info.id})


def swatch(place: int, name: str) -> str:
    """A run's line and name, as the charts draw it."""
    line = LINES[DASHES[place % len(DASHES)]]
    colour = in_sequence(place, st.context.theme.type == "dark")
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
