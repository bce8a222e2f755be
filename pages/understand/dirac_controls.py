"""The controls of the Dirac-GAN panel, made from its records, critical values marked."""

from collections.abc import Mapping

import streamlit as st

from ganlab.registry import DiracGame, DiracUpdate, Parameter, find, table
from ganlab.theory.updates import Point
from pages.understand.dirac_paths import Values, radii

SYMBOL = {"gamma": "γ", "sigma": "σ", "clip": "c", "target": "g₀", "d_steps": "K"}


def _set(key: str, value: float) -> None:
    st.session_state[key] = value


def start_at_click() -> None:
    """Take the arrow that was clicked for the start of the path."""
    points = st.session_state["dirac_field"].selection.points
    chosen = [point for point in points if point["curve_number"] == 0]
    if chosen:
        st.session_state["theta0"] = round(float(chosen[0]["x"]), 1)
        st.session_state["psi0"] = round(float(chosen[0]["y"]), 1)


def _slider(name: str, key: str, spec: Parameter, critical: float | None) -> float:
    symbol = SYMBOL[name]
    if isinstance(spec.default, int):
        return st.slider(
            f"{symbol}, D's steps per turn", int(spec.low), int(spec.high), spec.default,
            key=key, bind="query-params", help=spec.help,
        )  # fmt: skip
    value = st.slider(
        symbol if critical is None else f"{symbol} (critical: {critical:.3g})",
        float(spec.low), float(spec.high), float(spec.default), 0.05,
        key=key, bind="query-params", help=spec.help,
    )  # fmt: skip
    if critical is not None:
        st.button(
            f"Use {symbol} = {critical:.3g}", icon=":material/diamond:",
            key=f"{key}_critical", type="tertiary", on_click=_set,
            args=(key, round(critical / 0.05) * 0.05),
        )  # fmt: skip
    return value


def controls() -> tuple[str, Values, str, int, float, int, Point]:
    """Game, its parameters, update, K, step size, number of steps, start."""
    name = st.selectbox("Game", list(table(DiracGame)), index=0, key="game", bind="query-params")
    spec = find(DiracGame, name)
    critical: Mapping[str, float] = spec.critical
    values = tuple(
        (p, _slider(p, f"{p}_{_slug(name)}", parameter, critical.get(p)))
        for p, parameter in spec.parameters.items()
    )
    update = st.selectbox(
        "Update", list(table(DiracUpdate)), index=1, key="update", bind="query-params"
    )
    d_steps = 1
    for p, parameter in find(DiracUpdate, update).parameters.items():
        d_steps = int(_slider(p, p, parameter, None))
    h = st.slider(
        "Step size h", 0.05, 4.0, 0.2, 0.05, key="h", bind="query-params",
        help="How far each player moves at a turn.",
    )  # fmt: skip
    limit = radii(name, values, d_steps)[1].get(update)
    if limit is not None:
        st.caption(_about_limit(limit))
    steps = st.select_slider(
        "Steps", [50, 100, 200, 500, 1000, 2000], value=200, key="steps", bind="query-params"
    )
    left, right = st.columns(2)
    theta = left.slider("Start θ", -4.0, 4.0, 1.0, 0.1, key="theta0", bind="query-params")
    psi = right.slider("Start ψ", -4.0, 4.0, 1.0, 0.1, key="psi0", bind="query-params")
    return name, values, update, d_steps, h, steps, (theta, psi)


def _slug(name: str) -> str:
    return name.lower().replace(" + ", "_").replace(" ", "_").replace("-", "_")


def _about_limit(limit: float) -> str:
    if limit == 0:
        return "Critical h: none. However small the step, this update grows here."
    if limit >= 8:
        return "Critical h: beyond 8. Every step on this slider is stable near rest."
    return f"Critical h = {limit:.3g}: beyond it the update grows."
