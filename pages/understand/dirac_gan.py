"""Panel: the Dirac-GAN, its field, its path, its eigenvalues and its step sizes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ganlab.catalogue.dirac import GAMES, UPDATES
from ganlab.catalogue.spec import Parameter, Spec
from ganlab.dynamics.dirac import Game
from ganlab.dynamics.spectrum import eigenvalues, largest_step, radius, update_matrix
from ganlab.dynamics.updates import Point, continuous, trajectory
from ganlab.dynamics.verdict import CIRCLES, CREEPS, ESCAPES, GROWS, SETTLES, judge, pace
from ganlab.figures.dynamics.dirac import (
    distance_over_steps,
    eigenvalue_planes,
    reach,
    step_sizes,
    vector_field,
)
from pages.widgets.question import question

SYMBOL = {"gamma": "γ", "sigma": "σ", "clip": "c", "target": "g₀", "d_steps": "K"}
QUIET = {"displayModeBar": False}
STEP_SIZES = np.linspace(0.02, 4.2, 140)
Values = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Play:
    """The path that was taken and the one of the flow, both (n, 2)."""

    path: np.ndarray
    smooth: np.ndarray


def _game(name: str, values: Values) -> Game:
    return GAMES[name].load()(**dict(values))


@st.cache_data(max_entries=128, show_spinner=False)
def play(
    name: str, values: Values, update: str, d_steps: int, h: float, steps: int, start: Point
) -> Play:
    """Walk both paths."""
    game, rule = _game(name, values), UPDATES[update].load()
    extra = {"d_steps": d_steps} if "d_steps" in UPDATES[update].parameters else {}

    def turn(game: Game, at: Point, before: Point, h: float) -> Point:
        return rule(game, at, before, h, **extra)

    time = min(steps * h, 60.0)
    return Play(trajectory(game, turn, start, h, steps), continuous(game, start, time))


@st.cache_data(max_entries=128, show_spinner=False)
def radii(
    name: str, values: Values, d_steps: int
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """|λ| of every update over STEP_SIZES, and the largest step that does not grow."""
    jacobian = _game(name, values).jacobian
    if jacobian is None:
        return {}, {}
    curves = {
        update: np.array([radius(update_matrix(jacobian, update, h, d_steps)) for h in STEP_SIZES])
        for update in UPDATES
    }
    return curves, {update: largest_step(jacobian, update, d_steps) for update in UPDATES}


@st.cache_data(max_entries=64, show_spinner=False)
def locus(name: str, parameter: str, others: Values) -> np.ndarray | None:
    """Where the flow's eigenvalues go as one parameter runs through its range, (n, 2)."""
    spec = GAMES[name].parameters[parameter]
    found = []
    for value in np.linspace(spec.low, spec.high, 160):
        jacobian = _game(name, (*others, (parameter, float(value)))).jacobian
        if jacobian is None:
            return None
        found.append(eigenvalues(jacobian))
    return np.array(found)


def _set(key: str, value: float) -> None:
    st.session_state[key] = value


def _start_at_click() -> None:
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


def _controls() -> tuple[str, Values, str, int, float, int, Point]:
    name = st.selectbox("Game", list(GAMES), index=0, key="game", bind="query-params")
    spec: Spec = GAMES[name]
    critical: Mapping[str, float] = spec.traits.get("critical", {})
    values = tuple(
        (p, _slider(p, f"{p}_{_slug(name)}", parameter, critical.get(p)))
        for p, parameter in spec.parameters.items()
    )
    update = st.selectbox("Update", list(UPDATES), index=1, key="update", bind="query-params")
    d_steps = 1
    for p, parameter in UPDATES[update].parameters.items():
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


def panel(dark: bool) -> None:
    """Show the panel."""
    st.markdown(
        "Data are one point at 0, G has one number θ, D(x) = ψ·x has one number ψ, and both should "
        "come to rest at (0, 0). Watch whether the path reaches the centre, and find the same "
        "answer in the eigenvalues: inside the disc it settles, outside it grows."
    )
    controls, chart = st.columns([2, 5], gap="large")
    with controls:
        name, values, update, d_steps, h, steps, start = _controls()
    game = _game(name, values)
    played = play(name, values, update, d_steps, h, steps, start)
    matrix = None if game.jacobian is None else update_matrix(game.jacobian, update, h, d_steps)
    rho = None if matrix is None else radius(matrix)
    with chart:
        st.caption("Click an arrow to start there.")
        half = reach(np.concatenate([played.path[:1], played.smooth, played.path[-60:]]))
        theta, psi = np.meshgrid(np.linspace(-half, half, 17), np.linspace(-half, half, 17))
        st.plotly_chart(
            vector_field(
                theta, psi, game.flow(theta, psi), played.path, played.smooth, game.clip, dark
            ),
            theme=None, key="dirac_field", config=QUIET, on_select=_start_at_click,
            selection_mode="points", alt="Vector field of the game with the path of the updates",
        )  # fmt: skip
    _say(judge(played.path, rho), rho, played.path)
    if game.jacobian is None or matrix is None:
        st.info(
            "No eigenvalues here: the field has a kink along ψ = 0, so it has no derivative at the "
            "equilibrium. Set g₀ to 0 and the kink is gone.",
            icon=":material/broken_image:",
        )
        distance = st.container()
    else:
        curves = _locus_and_critical(name, values)
        st.plotly_chart(
            eigenvalue_planes(eigenvalues(game.jacobian), eigenvalues(matrix), *curves, dark),
            theme=None, key="dirac_planes", config=QUIET,
            alt="Eigenvalues of the flow and of one update in the complex plane",
        )  # fmt: skip
        distance, sizes = st.columns(2, gap="medium")
        sizes.markdown("**|λ| of the four updates on this game**")
        sizes.plotly_chart(
            step_sizes(STEP_SIZES, *radii(name, values, d_steps), h, dark),
            theme=None, key="dirac_steps", config=QUIET,
            alt="Growth per step of the four updates against the step size",
        )  # fmt: skip
    distance.markdown("**Distance to rest, step by step**")
    distance.plotly_chart(
        distance_over_steps(played.path, rho, dark), theme=None, key="dirac_norm", config=QUIET,
        alt="Distance to the equilibrium over the steps",
    )  # fmt: skip
    with st.expander("The formulas", icon=":material/function:"):
        st.latex(GAMES[name].formula)
        st.latex(GAMES[name].traits["spectrum"])
        st.latex(UPDATES[update].formula)
        st.caption(
            f"f(t) = −log(1 + e⁻ᵗ). {GAMES[name].summary} {UPDATES[update].summary} "
            f"{GAMES[name].source}."
        )
    question(
        "dirac",
        "With the plain GAN, small alternating steps keep circling. Which change makes both "
        "players come to rest?",
        {
            "A smaller step size": "Try it: the circle gets smoother, and stays a circle.",
            "Clipping D's weight (WGAN)": "Try it: the wall flattens the circle, no more.",
            "A zero-centred penalty on D (R1)": "It is friction for D.",
            "More steps of D for each of G": "Try K: without friction nothing is ever lost.",
        },
        "A zero-centred penalty on D (R1)",
        "R1 moves both eigenvalues γ/2 to the left, so every turn loses a little. Up to γ = 1 more "
        "friction helps; beyond it the slower of two real eigenvalues drags. This is a local "
        "result: on real data R1 alone can still diverge.",
    )


def _locus_and_critical(name: str, values: Values) -> tuple[np.ndarray | None, np.ndarray | None]:
    critical: Mapping[str, float] = GAMES[name].traits.get("critical", {})
    for parameter, at in critical.items():
        others = tuple(pair for pair in values if pair[0] != parameter)
        jacobian = _game(name, (*others, (parameter, at))).jacobian
        assert jacobian is not None
        return locus(name, parameter, others), eigenvalues(jacobian)
    return None, None


def _say(word: str, rho: float | None, path: np.ndarray) -> None:
    first, last = np.hypot(*path[0]), np.hypot(*path[-1])
    seen = f"From distance {first:.3g} to {last:.3g} in {len(path) - 1:,} steps."
    theory = "" if rho is None else f" In the long run the distance {pace(rho)} (|λ| = {rho:.4g})."
    icon, text = {
        SETTLES: (":material/check_circle:", f"**It settles.** {seen}{theory}"),
        CREEPS: (
            ":material/hourglass_top:",
            f"**It creeps in.** {seen} No eigenvalue promises that: what pulls it in is the "
            "field's curvature, and that fades near the centre.",
        ),
        CIRCLES: (":material/sync:", f"**It circles.** {seen}{theory}"),
        GROWS: (":material/trending_up:", f"**It spirals out.** {seen}{theory}"),
        ESCAPES: (":material/warning:", f"**It diverges.** {seen}{theory}"),
    }[word]
    box = {SETTLES: st.success, ESCAPES: st.error, GROWS: st.warning}.get(word, st.info)
    box(text, icon=icon)
