"""The playground's sidebar: where the data come from, and every knob that turns while it trains."""

import secrets
from typing import Any

import streamlit as st

from ganlab.config import RunConfig
from ganlab.data.points_text import read_csv, write_points
from ganlab.errors import GanlabError
from ganlab.registry import (
    Data,
    Loss,
    Optimizer,
    Parameter,
    Penalty,
    Preset,
    Transform,
    find,
    table,
)
from pages.widgets import playback
from pages.widgets.clicks import do
from pages.widgets.messages import sentence
from pages.widgets.run_form import rate_slider
from pages.widgets.scenes import Scene

DRAW, UPLOAD = "draw", "upload"
NONE = "none"


def offered() -> dict[str, str]:
    """What data there are to choose from, with how each is called: presets, others, one's own."""
    held = {name: one for name, one in table(Data).items() if one.space == "points"}
    presets = {
        f"preset {name}": one.title
        for name, one in table(Preset).items()
        if one.config.data.name in held
    }
    plain = {f"data {name}": one.title for name, one in held.items() if not one.own}
    return presets | plain | {DRAW: "Draw your own…", UPLOAD: "Upload a CSV…"}


def chosen_now(scene: Scene) -> str | None:
    """Which of them the scene shows."""
    info = scene.info
    known = table(Preset).get(info.preset)
    if known and known.config.data.to_json() == info.config["data"]:
        return f"preset {info.preset}"
    name = info.config["data"]["name"]
    return None if find(Data, name).own else f"data {name}"


def configured(choice: str, scene: Scene) -> tuple[RunConfig, str, str]:
    """The configuration, title and preset of a choice. Other data keep the scene's knobs."""
    kind, _, name = choice.partition(" ")
    if kind == "preset":
        one = find(Preset, name)
        return one.config, one.title, name
    config = RunConfig.from_json(scene.info.config)
    return config.with_values({"data": name}), offered()[choice], ""


def with_points(scene: Scene, points: Any) -> RunConfig:
    """The recipe that learns most, on a drawing; its seed is the scene's."""
    data = {"name": "drawing", "points": write_points(points), "jitter": 0.01}
    seed = scene.info.config.get("seed", secrets.randbelow(10_000))
    return find(Preset, "ring").config.with_values({"data": data, "seed": seed})


def choose_data(scene: Scene) -> None:
    """The box that starts a run on other data, and the places for one's own."""
    round_ = st.session_state.get("data round", 0)
    key = f"data.{scene.run}.{round_}"
    names = offered()
    now = chosen_now(scene)

    def changed() -> None:
        # A browser that does not show the next run yet tells again what was chosen before.
        if st.session_state.get("data round", 0) != round_:
            return
        choice = st.session_state[key]
        st.session_state["own data"] = choice if choice in (DRAW, UPLOAD) else ""
        if choice not in (DRAW, UPLOAD, now, None):  # now: who comes back from paper or file box
            do(lambda: playback.start(*configured(choice, scene), left=scene))

    st.selectbox(
        "Data",
        list(names),
        list(names).index(now) if now else None,
        format_func=names.__getitem__,
        placeholder="Your own points",
        key=key,
        on_change=changed,
        help="Another choice starts a new run.",
    )
    if st.session_state.get("own data") == UPLOAD:
        upload(scene)


def back_to_the_run() -> None:
    """Away from paper and file box; the box of data shows again what the run has."""
    st.session_state["own data"] = ""
    st.session_state["data round"] = st.session_state.get("data round", 0) + 1


def upload(scene: Scene) -> None:
    """Points from a file, started at once; one sentence if they cannot be read."""
    file = st.file_uploader(
        "A CSV with two numbers a row",
        type=["csv", "txt"],
        max_upload_size=2,
        key="playground.csv",
    )
    if file is None or st.session_state.get("playground.read") == file.file_id:
        return
    try:
        config = with_points(scene, read_csv(file.getvalue()))
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    st.session_state["playground.read"] = file.file_id
    back_to_the_run()
    do(lambda: playback.start(config, file.name[:60], left=scene))
    st.rerun()


def knobs(scene: Scene) -> None:
    """Knobs that take effect from the next step on; each turn becomes a flag on the charts."""
    config = RunConfig.from_json(scene.info.config)
    key = f"knob.{scene.run}.{scene.info.generation}"
    shown: dict[str, Any] = {}

    def turn(path: str, widget: str, none: Any = None) -> None:
        value = st.session_state[widget]
        if widget in shown and value == shown[widget]:
            return  # sent again by a browser that does not show the next run yet
        do(lambda: playback.set_live(scene, path, none if value == NONE else value))

    def turns(path: str, none: Any = None, name: str = "") -> dict[str, Any]:
        widget = f"{key}.{name or path}"
        return {"key": widget, "on_change": turn, "args": (path, widget, none)}

    losses = list(table(Loss))
    st.selectbox(
        "Loss",
        losses,
        losses.index(config.loss.name),
        help=find(Loss, config.loss.name).summary,
        **turns("loss"),
    )
    _penalty(config, turns)
    for who, path in (("D", "d_optimizer"), ("G", "g_optimizer")):
        label = f"Learning rate of {who}"
        rate = getattr(config, path).lr
        widget = {"on_change": turn, "args": (f"{path}.lr", f"{key}.{label}")}
        rate_slider(st, label, rate, key, **widget)
    st.slider("K, moves of D per move of G", 0, 10, config.d_steps, **turns("d_steps"))
    # What is seldom turned is not even sent until it is opened: the page comes sooner.
    more = st.expander("More knobs", key="more knobs", on_change="rerun")
    if more.open:
        with more:
            _more(config, turns)
    values = st.session_state.items()
    shown.update({str(name): value for name, value in values if str(name).startswith(key)})


def _more(config: RunConfig, turns: Any) -> None:
    for name, record in find(Loss, config.loss.name).parameters.items():
        if not isinstance(record.default, bool | str):
            value = config.loss.values[name]
            _parameter(f"loss.{name}", record, record.title or name, value, turns)
    have = {one.name: one.values for one in config.transforms}
    space = find(Data, config.data.name).space
    for record in table(Transform).values():
        # A level needs no new shapes, so that it can begin while a run trains.
        if record.level is not None and (record.space or space) == space:
            name, strength = next(iter(record.parameters.items()))
            label = f"{record.title} ({strength.title or name})"
            path, value = f"transforms.{record.name}.{name}", have.get(record.name, {}).get(name, 0)
            _parameter(path, strength, label, value, turns, record.summary)
    left, right = st.columns(2)
    kinds = list(table(Optimizer))
    for place, who, path in ((left, "D", "d_optimizer"), (right, "G", "g_optimizer")):
        now = kinds.index(getattr(config, path).name)
        place.selectbox(f"Optimiser of {who}", kinds, now, **turns(f"{path}.name"))
    st.slider(
        "Averaging of G",
        0.0,
        0.999,
        config.ema,
        0.001,
        format="%.3f",
        help="The points come from an exponential average of G's weights; 0 shows G itself.",
        **turns("ema"),
    )


def _parameter(
    path: str, record: Parameter, label: str, value: Any, turns: Any, help: str = ""
) -> None:
    """A slider for a number, up to 1 where its range goes further than it is worth seeing."""
    top = max(float(value), min(record.high, 1.0))
    bounds = (max(record.low, 0.0), top, float(value), 0.01)
    st.slider(
        label.capitalize() if label.islower() else label,
        *bounds,
        help=help or record.help,
        **turns(path),
    )


def _penalty(config: RunConfig, turns: Any) -> None:
    names = [NONE, *table(Penalty)]
    have = config.penalties[0] if config.penalties else None
    st.selectbox(
        "Penalty",
        names,
        names.index(have.name if have else NONE),
        format_func=lambda name: name if name == NONE else find(Penalty, name).title,
        help=find(Penalty, have.name).summary if have else "Nothing holds D back.",
        **turns("penalties", none=""),
    )
    if have:
        gammas = sorted({0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 20.0, float(have.values["gamma"])})
        st.select_slider(
            "γ, its strength",
            gammas,
            float(have.values["gamma"]),
            format_func=lambda value: f"{value:g}",
            help=find(Penalty, have.name).parameters["gamma"].help,
            **turns(f"penalties.{have.name}.gamma"),
        )
