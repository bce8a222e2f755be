"""Panel: the Dirac-GAN, its field, its path, its eigenvalues and its step sizes."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from ganlab.figures.theory.dirac_field import reach, vector_field
from ganlab.figures.theory.dirac_spectrum import (
    distance_over_steps,
    eigenvalue_planes,
    step_sizes,
)
from ganlab.registry import DiracGame, DiracUpdate, find
from ganlab.theory.spectrum import eigenvalues, radius, update_matrix
from ganlab.theory.updates import CIRCLES, CREEPS, ESCAPES, GROWS, SETTLES, pace, read_path
from pages.understand.dirac_controls import controls as chosen
from pages.understand.dirac_controls import start_at_click
from pages.understand.dirac_paths import STEP_SIZES, Values, game_of, locus, play, radii
from pages.widgets.question import question

QUIET = {"displayModeBar": False}


def panel(dark: bool) -> None:
    """Show the panel."""
    st.markdown(
        "Data are one point at 0, G has one number θ, D(x) = ψ·x has one number ψ, and both should "
        "come to rest at (0, 0). Watch whether the path reaches the centre, and find the same "
        "answer in the eigenvalues: inside the disc it settles, outside it grows."
    )
    controls, chart = st.columns([2, 5], gap="large")
    with controls:
        name, values, update, d_steps, h, steps, start = chosen()
    game = game_of(name, values)
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
            theme=None, key="dirac_field", config=QUIET, on_select=start_at_click,
            selection_mode="points", alt="Vector field of the game with the path of the updates",
        )  # fmt: skip
    _say(read_path(played.path, rho), rho, played.path)
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
        about, rule = find(DiracGame, name), find(DiracUpdate, update)
        st.latex(about.formula)
        st.latex(about.spectrum)
        st.latex(rule.formula)
        st.caption(f"f(t) = −log(1 + e⁻ᵗ). {about.summary} {rule.summary} {about.source}.")
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
    critical: Mapping[str, float] = find(DiracGame, name).critical
    for parameter, at in critical.items():
        others = tuple(pair for pair in values if pair[0] != parameter)
        jacobian = game_of(name, (*others, (parameter, at))).jacobian
        assert jacobian is not None
        return locus(name, parameter, others), eigenvalues(jacobian)
    return None, None


def _say(word: str, rho: float | None, path: np.ndarray) -> None:
    first, last = np.hypot(*path[0]), np.hypot(*path[-1])
    seen = f"From distance {first:.3g} to {last:.3g} in {len(path) - 1:,} steps."
    theory = "" if rho is None else f" Near rest the distance {pace(rho)} (|λ| = {rho:.4g})."
    if rho is not None and rho < 1 - 1e-9 and word in (CIRCLES, GROWS, ESCAPES):
        theory += " This path never comes near: eigenvalues only speak for the neighbourhood."
    icon, text = {
        SETTLES: (":material/check_circle:", f"**It settles.** {seen}{theory}"),
        CREEPS: (
            ":material/hourglass_top:",
            f"**It creeps in.** {seen} No eigenvalue promises that: what pulls it in is the "
            "field's curvature, and that fades near the centre.",
        ),
        CIRCLES: (":material/sync:", f"**It circles.** {seen}{theory}"),
        GROWS: (":material/trending_up:", f"**It moves away.** {seen}{theory}"),
        ESCAPES: (":material/warning:", f"**It diverges.** {seen}{theory}"),
    }[word]
    box = {SETTLES: st.success, ESCAPES: st.error, GROWS: st.warning}.get(word, st.info)
    box(text, icon=icon)
