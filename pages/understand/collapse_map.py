"""Panel: many GANs at once, a map of two knobs that fills in while they train."""

import time
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from safetensors.numpy import load

from ganlab.bench.methods import PLAIN, PROTOCOL, training_methods
from ganlab.bench.sweep import KNOBS, STEPS, Sweep
from ganlab.errors import GanlabError
from ganlab.jobs.hub import View
from ganlab.registry import Method, find
from pages.understand.map_measures import MAP_METRICS, cells_of
from pages.widgets import playback
from pages.widgets.addressed import addressed_selectbox
from pages.widgets.cell_map import Axis, cell_map
from pages.widgets.film_taker import take_film
from pages.widgets.lab import PLAYGROUND, hub, plainly
from pages.widgets.many_gans import progress_and_stop
from pages.widgets.messages import number, sentence
from pages.widgets.navigation import leave_for
from pages.widgets.silence import polled

KIND = "collapse-map"
"""What a run of this panel is called in its record."""
POLL_SECONDS = 1.0
SIZES = {4: "4 × 4", 6: "6 × 6", 8: "8 × 8"}


def panel(dark: bool) -> None:
    """Choose two knobs, train the map, look at it."""
    del dark
    st.markdown(
        "*GANs are sensitive to their settings*: this is what that looks like. Each cell is a GAN "
        "of its own, all with the same data, z and first weights, and only two knobs differ. "
        "Between too slow and too fast a band of settings works; a method makes it wider."
    )
    with plainly():
        _controls()
        maps = {info.id: info for info in hub().runs() if info.preset == KIND}
        if not maps:
            st.caption("No map yet. The one above takes about a minute of one CPU core.")
            return
        notice = st.container()
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            chosen = addressed_selectbox(
                "Map",
                list(maps),
                parameter="map",
                key="map",
                title=lambda name: f"{maps[name].title} · {_when(maps[name].created)}",
                notice=notice,
                width=520,
            )
            measure = st.segmented_control(
                "Colour",
                list(MAP_METRICS),
                default="modes",
                required=True,
                format_func=lambda name: MAP_METRICS[name].title,
                key="map-colour",
            )
        info = hub().view(chosen).info
        every = POLL_SECONDS if info.live else None
        polled(_watch, every)(chosen, info.state, measure)
        take_film(info)


def _when(seconds: float) -> str:
    """To the second: a browser names its choice by its label, and two alike would be one."""
    return time.strftime("%d %b, %H:%M:%S", time.localtime(seconds))


def _controls() -> None:
    """The two knobs, what they are turned on, and Start."""
    titles = {name: knob.title for name, knob in KNOBS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        x = st.selectbox(
            "Across",
            list(KNOBS),
            list(KNOBS).index("g-rate"),
            format_func=titles.__getitem__,
            key="map-x",
            width=175,
        )
        y = st.selectbox(
            "Up",
            list(KNOBS),
            list(KNOBS).index("d-rate"),
            format_func=titles.__getitem__,
            key="map-y",
            width=175,
        )
        method = st.selectbox(
            "Method",
            list(training_methods()),
            format_func=lambda name: find(Method, name).title,
            key="map-method",
            width=175,
        )
        data = st.selectbox("Data", PROTOCOL, key="map-data", width=105)
        size = st.selectbox(
            "GANs", list(SIZES), 2, format_func=SIZES.__getitem__, key="map-size", width=105
        )
        st.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            disabled=x == y,
            key="map-start",
            on_click=_start,
            args=(x, y, size, method, data),
        )
    if x == y:
        st.info("Choose two different knobs.", icon=":material/info:")
    base = Sweep(method=method or PLAIN, data=data or PROTOCOL[0]).base
    shape = base.network.values
    st.caption(
        f"Networks of {shape['g_depth']} × {shape['g_width']} units, {base.batch} points a batch, "
        f"Adam, {STEPS:,} steps, seed {base.seed}, modes of σ = {base.data.values['std']:g}. "
        "64 plain GANs on the ring took 49 s of one core of an AMD EPYC, measures and pictures "
        "included."
    )


def _start(x: str, y: str, size: int, method: str, data: str) -> None:
    """Start the map and show it."""
    try:
        sweep = Sweep(x=x, y=y, size=size, method=method, data=data)
        knob_x, knob_y = sweep.knobs
        title = f"{find(Method, method).title} on the {data}: {knob_y.title} × {knob_x.title}"
        run_id = hub().start(
            sweep.base, title, KIND, variants=sweep.variants(), sweep=sweep.to_json()
        )
    except GanlabError as error:
        st.toast(sentence(error), icon=":material/error:")
        return
    st.query_params["map"] = st.session_state["map"] = run_id


def _watch(run_id: str, state: str, measure: str) -> None:
    try:
        view = hub().view(run_id)
        sweep = _sweep(run_id)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    if view.info.state != state:
        st.rerun()
    progress_and_stop(view.info)
    picked = show(view, sweep, measure)
    if picked is not None:
        _open(sweep, picked)
    st.caption(
        "A mode counts as captured with at least one of 2,500 samples within 3 σ. Point at a cell "
        "to see its samples; a click opens that very GAN, its settings and its seed, in the "
        "Playground, where it trains again before your eyes."
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _sweep(run_id: str) -> Sweep:
    return Sweep.from_json(hub().store.open(run_id).facts().get("sweep"))


def show(view: View, sweep: Sweep, measure: str) -> int | None:
    """The map as it stands; the cell that was clicked just now."""
    info, (x, y), (xs, ys) = view.info, sweep.knobs, sweep.axes
    step, fake, extent = _samples(view)
    kind = MAP_METRICS[measure]
    return cell_map(
        key="collapse-map",
        run=f"{info.id}.{info.generation}",
        step=info.step or step,
        x=Axis(x.title, [number(float(v)) for v in xs]),
        y=Axis(y.title, [number(float(v)) for v in ys]),
        cells=cells_of(view, sweep, kind),
        legend=(kind.title, kind.stops(len(info.centres) or 8)),
        fake=fake,
        modes=np.array(info.centres) if info.centres else None,
        extent=extent,
        on_pick=lambda: None,
    )


def _samples(view: View) -> tuple[int, NDArray[Any] | None, tuple[float, float, float, float]]:
    """Step, samples (E, N, 2) and extent of the newest picture."""
    if view.sample is None:
        return 0, None, (-1.0, 1.0, -1.0, 1.0)
    step, data = view.sample
    arrays = load(data)
    left, right, bottom, top = (float(side) for side in arrays["extent"])
    return step, arrays["fake"], (left, right, bottom, top)


def _open(sweep: Sweep, index: int) -> None:
    """Train the cell's GAN in the Playground."""
    cell, (x, y) = sweep.cells()[index], sweep.knobs
    title = f"{x.title} {number(float(cell.x))}, {y.title} {number(float(cell.y))}"
    with plainly():
        leave_for(PLAYGROUND, playback.start(sweep.base.with_values(cell.values), title))
