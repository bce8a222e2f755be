"""The form from which a run starts: the knobs that matter, and the others folded.

The folded ones are generated from the catalogue, so that a new choice appears here by itself.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from ganlab.catalogue import TABLES, Parameter, Spec
from ganlab.catalogue.networks import makes_size
from ganlab.catalogue.pictures import picture_shape
from ganlab.config import MANY, RunConfig
from ganlab.registry import Decay, Optimizer, table
from pages.widgets.messages import number

RATES = [round(m * 10.0**e, 6) for e in (-5, -4, -3) for m in (1, 2, 4, 7)] + [0.01]
BATCHES = [16, 32, 64, 100, 128, 256, 512]


def run_form(config: RunConfig, key: str) -> RunConfig:
    """Draw the form, filled with config; the configuration that it says now.

    key names the form's widgets: another preset is another key, so that its values come through.
    """
    values: dict[str, Any] = {}
    values["steps"] = st.number_input(
        "Steps",
        1,
        10_000_000,
        config.steps,
        step=1000,
        key=f"{key}.steps",
        help="One step is K moves of D and one of G.",
    )
    left, right = st.columns(2)
    values["d_optimizer.lr"] = rate_slider(left, "Learning rate of D", config.d_optimizer.lr, key)
    values["g_optimizer.lr"] = rate_slider(right, "Learning rate of G", config.g_optimizer.lr, key)
    values["batch"] = left.selectbox(
        "Batch",
        sorted({*BATCHES, config.batch}),
        index=sorted({*BATCHES, config.batch}).index(config.batch),
        key=f"{key}.batch",
        help="Pictures that D sees of each kind in one move.",
    )
    values["d_steps"] = right.slider("K, moves of D a step", 0, 10, config.d_steps, key=f"{key}.k")
    values["loss"] = _choose(st, "loss", config, key, label="Loss")
    values |= _seed(config, key)
    with st.expander("More settings", icon=":material/tune:"):
        values |= _parameters("loss", values["loss"], config, key)
        values["network"] = _choose(st, "network", config, key, label="Networks")
        values |= _parameters("network", values["network"], config, key)
        values["z_dim"] = st.number_input(
            "Dimensions of z", 1, 4096, config.z_dim, key=f"{key}.z_dim"
        )
        values["noise"] = _choose(st, "noise", config, key, label="Distribution of z")
        values |= _parameters("noise", values["noise"], config, key)
        values["strategy"] = _choose(st, "strategy", config, key, label="Who moves when")
        values |= _parameters("strategy", values["strategy"], config, key)
        lists = (("penalties", "Penalties"), ("terms", "Terms"), ("transforms", "Before D"))
        for name, label in lists:
            values |= _several(name, label, config, key, _entries(name, config, values["network"]))
        values |= _optimizers(config, key)
        values["ema"] = st.slider(
            "Averaging of G (0 is off)",
            0.0,
            0.9999,
            config.ema,
            0.0001,
            format="%.4f",
            key=f"{key}.ema",
            help="The pictures come from an exponential average of G's weights.",
        )
        values["precision"] = st.selectbox(
            "Precision",
            ["auto", "float32", "bfloat16"],
            index=["auto", "float32", "bfloat16"].index(config.precision),
            key=f"{key}.precision",
        )
    many = {name: values.pop(name) for name in MANY if name in values}
    return config.with_values({**many, **values})


def rate_slider(place: Any, label: str, value: float, key: str, **options: Any) -> float:
    """A slider for a learning rate, by factors."""
    rates = sorted({*RATES, value})
    return place.select_slider(
        label, rates, value, format_func=number, key=f"{key}.{label}", **options
    )


def _choose(place: Any, table: str, config: RunConfig, key: str, label: str) -> str:
    """A select box over a table of the catalogue, restricted to what fits the data."""
    space = TABLES["data"][config.data.name].traits["space"]
    size = picture_shape(config.data.name, config.data.values).size if space == "pictures" else 0
    entries = {
        name: spec
        for name, spec in TABLES[table].items()
        if (spec.space or space) == space and (table != "network" or makes_size(spec, size))
    }
    current = getattr(config, table).name
    name = place.selectbox(
        label, list(entries), index=list(entries).index(current), key=f"{key}.{table}"
    )
    place.caption(entries[name].summary)
    return name


def _parameters(table: str, name: str, config: RunConfig, key: str) -> dict[str, Any]:
    """A widget for each parameter of a choice, by path."""
    chosen = getattr(config, table)
    have: Mapping[str, Any] = chosen.values if chosen.name == name else {}
    return {
        f"{table}.{parameter}": _widget(parameter, spec, have.get(parameter), f"{key}.{name}")
        for parameter, spec in TABLES[table][name].parameters.items()
    }


def _entries(table: str, config: RunConfig, network: str) -> Mapping[str, Spec]:
    """What of a table fits the data and the networks."""
    space = TABLES["data"][config.data.name].traits["space"]
    offered = ("", *TABLES["network"][network].traits.get("offers", ()))
    return {
        name: spec
        for name, spec in TABLES[table].items()
        if (spec.space or space) == space and getattr(spec, "needs", "") in offered
    }


def _several(
    table: str, label: str, config: RunConfig, key: str, entries: Mapping[str, Spec]
) -> dict[str, Any]:
    """A choice of any number from a table's entries, with the parameters of each."""
    if not entries:
        return {table: []}
    have = {one.name: one for one in getattr(config, table) if one.name in entries}
    names = st.multiselect(label, list(entries), list(have), key=f"{key}.{table}")
    values: dict[str, Any] = {table: names}
    for name in names:
        st.caption(entries[name].summary)
        known = have[name].values if name in have else {}
        for parameter, spec in entries[name].parameters.items():
            widget = _widget(parameter, spec, known.get(parameter), f"{key}.{name}")
            values[f"{table}.{name}.{parameter}"] = widget
    return values


def _widget(name: str, spec: Parameter, value: Any, key: str) -> Any:
    label, current = name.replace("_", " "), spec.default if value is None else value
    options: dict[str, Any] = {"key": f"{key}.{name}", "help": spec.help}
    if isinstance(spec.default, bool):
        return st.checkbox(label, bool(current), **options)
    if isinstance(spec.default, str):
        if not spec.options:
            return st.text_input(label, current, **options)
        return st.selectbox(label, spec.options, spec.options.index(current), **options)
    kind = type(spec.default)
    low = None if spec.low == float("-inf") else kind(spec.low)
    high = None if spec.high == float("inf") else kind(spec.high)
    if kind is float:
        options |= {"format": "%.4g", "step": 0.01}
    return st.number_input(label, low, high, kind(current), **options)


def _optimizers(config: RunConfig, key: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, name, who in zip(
        st.columns(2), ("d_optimizer", "g_optimizer"), ("D", "G"), strict=True
    ):
        current = getattr(config, name)
        kinds, decays = list(table(Optimizer)), list(table(Decay))
        values[f"{name}.name"] = column.selectbox(
            f"Optimiser of {who}", kinds, kinds.index(current.name), key=f"{key}.{name}"
        )
        values[f"{name}.beta1"] = column.slider(
            f"β₁ of {who}", 0.0, 0.99, current.beta1, 0.01, key=f"{key}.{name}.beta1"
        )
        values[f"{name}.decay"] = column.selectbox(
            f"Decay of {who}'s rate", decays, decays.index(current.decay), key=f"{key}.{name}.decay"
        )
    return values


def _seed(config: RunConfig, key: str) -> dict[str, Any]:
    box = f"{key}.seed"
    left, right = st.columns(2, vertical_alignment="bottom")

    def new_seed() -> None:
        st.session_state[box] = secrets.randbelow(10_000)

    st.session_state.setdefault(box, config.seed)
    right.button(
        "New luck",
        icon=":material/casino:",
        on_click=new_seed,
        key=f"{box}.new",
        width="stretch",
        help="Another seed. The same seed gives the same run.",
    )
    return {"seed": left.number_input("Seed", 0, 2**31 - 1, key=box)}
