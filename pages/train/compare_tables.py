"""What compared runs came to, and where their settings differ, as tables of words."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlab.export.comparison import Compared, courses
from ganlab.jobs.info import RunInfo
from ganlab.metrics.scores import floor, has_scores, shown, spread, value
from pages.widgets.messages import number, setting

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
    taken = measured_by(runs)
    if len(taken) > 1:
        st.warning(
            "These qualities were measured in different features or at different N: do not compare "
            "them.",
            icon=":material/warning:",
        )
    elif taken:
        ((features, n),) = taken
        st.caption(
            f"In the features of {features}, N = {n:,}; in brackets what as many other real "
            "pictures score. Fréchet distance and KID: lower is better; coverage and density: "
            "higher is. KID has its standard deviation over subsets."
        )


def quality_rows(runs: Sequence[Compared]) -> dict[str, list[str]]:
    """The measured quality of each, its floor in brackets, with what it was measured by."""
    if not any(_has(run) for run in runs):
        return {}
    found = [run.info.quality if _has(run) else {} for run in runs]
    rows = {
        one.heading: [_with_floor(q, name) for q in found]
        for name, one in shown("summary", *found).items()
    }
    if len(measured_by(runs)) > 1:
        rows["… in features of"] = [q.get("features", "–") for q in found]
        rows["… N"] = [f"{q['n']:,}" if q else "–" for q in found]
    if any(_has(run) and run.info.quality["step"] != run.info.step for run in runs):
        rows["… at step"] = [f"{q['step']:,}" if q else "–" for q in found]
    return rows


def _with_floor(quality: dict[str, Any], name: str) -> str:
    if name not in quality:
        return "–"
    return f"{value(quality, name)}{spread(quality, name)} ({floor(quality, name)})"


def measured_by(runs: Sequence[Compared]) -> set[tuple[str, int]]:
    """The features in which the qualities of the runs were taken, with their N."""
    return {(run.info.quality["features"], run.info.quality["n"]) for run in runs if _has(run)}


def _has(run: Compared) -> bool:
    return has_scores(run.info.quality)


def show_settings(runs: Sequence[Compared]) -> None:
    """Where the settings differ, what was turned on the way, and how long each has trained."""
    found = courses(runs)
    if not found:
        st.caption("All settings are equal, the seed too: what differs is how long they trained.")
    rows = {setting(path): [_course(one) for one in row] for path, row in found.items()}
    if len({run.info.step for run in runs}) > 1:
        rows["*steps trained*"] = [f"{run.info.step:,}" for run in runs]
    if rows:
        st.markdown(_table("setting", [label(run.info) for run in runs], rows))


def _course(course: Sequence[tuple[int, Any]]) -> str:
    """What held from the start, and what from which step on."""
    first, *later = course
    return ", ".join(
        [_shown(first[1]), *(f"{_shown(value)} from step {step:,}" for step, value in later)]
    )


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
