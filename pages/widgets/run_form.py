"""The form from which a run starts: the knobs that matter, and all others folded.

It is generated from the records of settings and choices, so that a new one appears here by itself.
"""

import math
import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from ganlab.config import MANY, SETTINGS, RunConfig, Setting
from ganlab.config.fit import picture_shape
from ganlab.registry import Data, Network, Parameter, Record, find, table
from pages.widgets.messages import number

RATES = [round(m * 10.0**e, 6) for e in (-5, -4, -3) for m in (1, 2, 4, 7)] + [0.01]
BATCHES = [16, 32, 64, 100, 128, 256, 512]

FRONT = ("steps", "d_optimizer.lr", "g_optimizer.lr", "batch", "d_steps", "loss", "seed")
"""The settings above the drawer, by path."""
ELSEWHERE = ("data", "version")
"""Data have a form of their own, and the version is no choice."""
OF_THE_DATA_FORM = ("path", "size", "colour", "classes")
"""Parameters of pictures that `pages.widgets.data_form` asks for."""
PLAYERS = {"d_optimizer": "D", "g_optimizer": "G"}


def run_form(config: RunConfig, key: str) -> RunConfig:
    """Draw the form, filled with config; the configuration that it says now.

    key names the form's widgets: another preset is another key, so that its values come through.
    """
    values: dict[str, Any] = {"steps": _setting(st, "steps", config, key)}
    left, right = st.columns(2)
    for path, place in zip(FRONT[1:5], (left, right, left, right), strict=True):
        values[path] = _setting(place, path, config, key)
    values["loss"] = _choose("loss", config, key)
    values["seed"] = _seed(config, key)
    with st.expander("More settings", icon=":material/tune:"):
        values |= _parameters("loss", values["loss"], config, key)
        values |= _parameters("data", config.data.name, config, key)
        values |= _choices(config, key)
        values |= _plain(config, key, rare=False)
        st.caption("Seldom changed")
        values |= _plain(config, key, rare=True)
    many = {name: values.pop(name) for name in MANY if name in values}
    return config.with_values({**many, **values})


def rate_slider(place: Any, label: str, value: float, key: str, **options: Any) -> float:
    """A slider for a learning rate, by factors."""
    rates = sorted({*RATES, value})
    return place.select_slider(
        label, rates, value, format_func=number, key=f"{key}.{label}", **options
    )


def _choices(config: RunConfig, key: str) -> dict[str, Any]:
    """A widget for each choice of one or of several, with the parameters of what is chosen."""
    values: dict[str, Any] = {}
    for path, one in SETTINGS.items():
        if not one.kind or "." in path or path in (*FRONT, *ELSEWHERE):
            continue
        if one.many:
            network = values.get("network", config.network.name)
            values |= _several(path, config, key, _entries(path, config, network))
        else:
            values[path] = _choose(path, config, key)
            values |= _parameters(path, values[path], config, key)
    return values


def _plain(config: RunConfig, key: str, rare: bool) -> dict[str, Any]:
    """A widget for each other setting; those of the two optimisers stand beside each other."""
    space = find(Data, config.data.name).space
    places = dict(zip(PLAYERS, st.columns(2), strict=True))
    values: dict[str, Any] = {}
    for path, one in SETTINGS.items():
        top, _, part = path.partition(".")
        if (one.kind and not part) or path in (*FRONT, *ELSEWHERE) or one.rare != rare:
            continue
        if (one.space or space) == space:
            values[path] = _setting(places.get(top, st), path, config, key)
    return values


def _setting(place: Any, path: str, config: RunConfig, key: str) -> Any:
    """The widget of one setting that is not a choice with parameters."""
    one, value = SETTINGS[path], config.get(path)
    player = PLAYERS.get(path.partition(".")[0])
    label = f"{one.title} of {player}" if player else one.title
    options: dict[str, Any] = {"key": f"{key}.{path}", "help": one.help}
    if one.kind or one.options:
        words = list(table(one.kind)) if one.kind else list(one.options)
        return place.selectbox(label, words, words.index(value), **options)
    if path.endswith(".lr"):
        return rate_slider(place, label, value, key)
    if path == "batch":
        sizes = sorted({*BATCHES, value})
        return place.selectbox(label, sizes, sizes.index(value), **options)
    if isinstance(one.default, int):
        if one.high - one.low <= 16:
            return place.slider(label, int(one.low), int(one.high), value, **options)
        step = 10 ** max(0, int(math.log10(max(1, one.default))) - 1)
        return place.number_input(label, int(one.low), int(one.high), value, step, **options)
    if one.high <= 1.0 and not one.logarithmic:
        return _share_slider(place, label, one, value, options)
    return place.number_input(label, one.low, one.high, value, format="%.4g", **options)


def _share_slider(place: Any, label: str, one: Setting, value: float, options: Any) -> float:
    """A slider from 0 to its limit, in steps ten times as fine as its default is written."""
    digits = len(f"{one.default:g}".partition(".")[2] or "0") + 1
    top = math.floor(one.high * 10**digits) / 10**digits
    return place.slider(
        label,
        one.low,
        max(top, value),
        value,
        10.0**-digits,
        format=f"%.{digits}f",
        **options,
    )


def _choose(path: str, config: RunConfig, key: str) -> str:
    """A select box over the records of a kind, restricted to what fits the data."""
    space = find(Data, config.data.name).space
    size = picture_shape(config.data).size if space == "pictures" else 0
    entries = {
        name: one
        for name, one in table(SETTINGS[path].kind).items()
        if (one.space or space) == space and (not isinstance(one, Network) or one.makes(size))
    }
    current = getattr(config, path).name
    name = st.selectbox(
        SETTINGS[path].title,
        list(entries),
        index=list(entries).index(current),
        key=f"{key}.{path}",
        help=SETTINGS[path].help,
    )
    st.caption(entries[name].summary)
    return name


def _parameters(path: str, name: str, config: RunConfig, key: str) -> dict[str, Any]:
    """A widget for each parameter of a choice, by path."""
    chosen = getattr(config, path)
    have: Mapping[str, Any] = chosen.values if chosen.name == name else {}
    asked = find(SETTINGS[path].kind, name).parameters
    if path == "data":
        asked = {part: one for part, one in asked.items() if part not in OF_THE_DATA_FORM}
        asked = {part: one for part, one in asked.items() if one.default != "" or one.options}
    return {
        f"{path}.{part}": _widget(part, one, have.get(part), f"{key}.{name}")
        for part, one in asked.items()
    }


def _entries(path: str, config: RunConfig, network: str) -> Mapping[str, Record]:
    """The records that fit the data and the networks."""
    space = find(Data, config.data.name).space
    offered = ("", *find(Network, network).offers)
    return {
        name: one
        for name, one in table(SETTINGS[path].kind).items()
        if (one.space or space) == space and getattr(one, "needs", "") in offered
    }


def _several(
    path: str, config: RunConfig, key: str, entries: Mapping[str, Record]
) -> dict[str, Any]:
    """A choice of any number of entries, with the parameters of each."""
    if not entries:
        return {path: []}
    have = {one.name: one for one in getattr(config, path) if one.name in entries}
    names = st.multiselect(
        SETTINGS[path].title,
        list(entries),
        list(have),
        key=f"{key}.{path}",
        help=SETTINGS[path].help,
    )
    values: dict[str, Any] = {path: names}
    for name in names:
        st.caption(entries[name].summary)
        known = have[name].values if name in have else {}
        for part, one in entries[name].parameters.items():
            widget = _widget(part, one, known.get(part), f"{key}.{name}")
            values[f"{path}.{name}.{part}"] = widget
    return values


def _widget(name: str, one: Parameter, value: Any, key: str) -> Any:
    label, current = one.title or name.replace("_", " "), one.default if value is None else value
    options: dict[str, Any] = {"key": f"{key}.{name}", "help": one.help}
    if isinstance(one.default, bool):
        return st.checkbox(label, bool(current), **options)
    if isinstance(one.default, str):
        if not one.options:
            return st.text_input(label, current, **options)
        return st.selectbox(label, one.options, one.options.index(current), **options)
    kind = type(one.default)
    low = None if one.low == float("-inf") else kind(one.low)
    high = None if one.high == float("inf") else kind(one.high)
    if kind is float:
        options |= {"format": "%.4g", "step": 0.01}
    return st.number_input(label, low, high, kind(current), **options)


def _seed(config: RunConfig, key: str) -> int:
    box = f"{key}.seed"
    left, right = st.columns(2, vertical_alignment="bottom")

    def new_seed() -> None:
        st.session_state[box] = secrets.randbelow(10_000)

    st.session_state.setdefault(box, config.seed)
    right.button(
        "New seed",
        icon=":material/casino:",
        on_click=new_seed,
        key=f"{box}.new",
        width="stretch",
        help=f"Another seed. {SETTINGS['seed'].help}",
    )
    return left.number_input("Seed", 0, 2**31 - 1, key=box)
