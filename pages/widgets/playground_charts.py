"""The charts beside the playground's canvas, all marked at the step that is looked at."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlab.formatting import percent
from ganlab.jobs.info import RunInfo
from ganlab.registry import Data, table
from pages.widgets.live_chart import (
    ABOUT_EQUILIBRIUM,
    Flag,
    Line,
    Series,
    equilibrium_lines,
    live_chart,
)
from pages.widgets.run_view import ABOUT_GRADIENT, about_accuracy, knob_flags
from pages.widgets.scenes import Scene


def playground_charts(scene: Scene, at: int | None) -> None:
    """Losses, D's answers, what reaches G, and how far G is from the data."""
    flags = [*knob_flags(scene.events)]
    if at is not None:
        flags.append(Flag(at, "you look here"))
    losses(scene, flags)
    left, right = st.columns(2, gap="small")
    with left:
        accuracy(scene, flags)
    with right:
        gradient(scene, flags)
    divergence(scene, flags)


def losses(scene: Scene, flags: Sequence[Flag]) -> None:
    """Both losses with the values at which they rest if G has won."""
    levels = equilibrium_lines(scene.loss, scene.info.config["loss"])
    _chart(
        scene,
        "losses",
        [
            Series("d_loss", "D's loss", "D", sparse=True),
            Series("g_loss", "G's loss", "G", "dash", sparse=True),
        ],
        title="Losses",
        lines=levels,
        flags=flags,
        y_label=scene.loss.unit,
        height=150,
        caption=ABOUT_EQUILIBRIUM if levels else "",
    )


def accuracy(scene: Scene, flags: Sequence[Flag]) -> None:
    """How often D is right."""
    _chart(
        scene,
        "accuracy",
        [
            Series("d_real", "on real", "real", sparse=True),
            Series("d_fake", "on fake", "fake", "dash", sparse=True),
        ],
        title="How often D is right",
        lines=[Line(0.5, "a guess")],
        flags=flags,
        y_format="percent",
        height=112,
        smooth=True,
        caption=about_accuracy(scene.loss),
    )


def gradient(scene: Scene, flags: Sequence[Flag]) -> None:
    """What of the loss reaches G."""
    _chart(
        scene,
        "gradient",
        [Series("g_gradient", "gradient norm", "G", sparse=True)],
        title="What reaches G",
        flags=flags,
        y_label="gradient norm",
        height=112,
        caption=ABOUT_GRADIENT,
        log=True,
        smooth=True,
    )


def divergence(scene: Scene, flags: Sequence[Flag]) -> None:
    """JS and KL on a grid, with what two draws of the data themselves give."""
    bounds = scene.info.bounds
    lines = []
    if "js_high_luck" in bounds:
        lines.append(Line(bounds["js_high_luck"], "JS, real against real", "D"))
    if "kl_high_luck" in bounds:
        lines.append(Line(bounds["kl_high_luck"], "KL, real against real", "real"))
    _chart(
        scene,
        "divergence",
        [
            Series("js", "JS", "D", sparse=True),
            Series("kl", "KL(real ‖ fake)", "real", "dash", sparse=True),
        ],
        title="How far G is from the data",
        lines=lines,
        y_label="nats",
        caption="Both are counted on a grid: 0 would be the data themselves, and the lines are "
        "what as many other real samples score.",
        flags=flags,
        height=128,
        log=True,
        empty="Measured once a second on 2,500 samples",
    )


def measures(info: RunInfo, columns: Any) -> str:
    """What G reaches now, as badges: modes, quality, the curve."""
    now = {name: _last(columns.get(name)) for name in ("modes", "high_quality", "covered", "js")}
    parts = []
    config = info.config.get("data", {})
    there = modes_of(config)
    if now["modes"] is not None and there:
        colour = "green" if now["modes"] >= there else "orange"
        parts.append(f":{colour}-badge[{now['modes']:.0f} of {there} modes]")
    if now["high_quality"] is not None:
        parts.append(f":gray-badge[{percent(now['high_quality'])} of high quality]")
    if now["covered"] is not None:
        parts.append(f":gray-badge[{now['covered']:.0f} of 20 parts of the curve]")
    high = info.bounds.get("js_high_luck")
    if now["js"] is not None and high is not None and now["js"] <= high:
        parts.append(":green-badge[as close as real to real]")
    return " ".join(parts)


def modes_of(data: dict[str, Any]) -> int:
    """How many modes a configured distribution has; 0 where that says nothing."""
    values = {name: value for name, value in data.items() if name != "name"}
    record = table(Data).get(data.get("name", ""))
    return int(record.modes(**values)) if record and record.modes else 0


def _last(values: Any) -> float | None:
    """The last value that is a number."""
    if values is None:
        return None
    good = values[values == values]
    return float(good[-1]) if len(good) else None


def _chart(scene: Scene, name: str, series: list[Series], **options: Any) -> None:
    live_chart(
        key=f"playground.{name}",
        run=scene.run,
        columns=scene.columns,
        series=series,
        **options,
    )
