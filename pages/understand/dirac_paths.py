"""What the Dirac-GAN panel computes, once for each setting."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ganlab.registry import DiracGame, DiracUpdate, find, table
from ganlab.theory.dirac import Game
from ganlab.theory.spectrum import eigenvalues, largest_step, radius, update_matrix
from ganlab.theory.updates import Point, continuous, trajectory

STEP_SIZES = np.linspace(0.02, 4.2, 140)
Values = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Play:
    """The path that was taken and the one of the flow, both (n, 2)."""

    path: np.ndarray
    smooth: np.ndarray


def game_of(name: str, values: Values) -> Game:
    """The game called name with its parameters set."""
    return find(DiracGame, name).load()(**dict(values))


@st.cache_data(max_entries=128, show_spinner=False)
def play(
    name: str, values: Values, update: str, d_steps: int, h: float, steps: int, start: Point
) -> Play:
    """Walk both paths."""
    game, rule = game_of(name, values), find(DiracUpdate, update).load()
    extra = {"d_steps": d_steps} if "d_steps" in find(DiracUpdate, update).parameters else {}

    def turn(game: Game, at: Point, before: Point, h: float) -> Point:
        return rule(game, at, before, h, **extra)

    time = min(steps * h, 60.0)
    return Play(trajectory(game, turn, start, h, steps), continuous(game, start, time))


@st.cache_data(max_entries=128, show_spinner=False)
def radii(
    name: str, values: Values, d_steps: int
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """|λ| of every update over STEP_SIZES, and the largest step that does not grow."""
    jacobian = game_of(name, values).jacobian
    if jacobian is None:
        return {}, {}
    curves = {
        update: np.array([radius(update_matrix(jacobian, update, h, d_steps)) for h in STEP_SIZES])
        for update in table(DiracUpdate)
    }
    return curves, {
        update: largest_step(jacobian, update, d_steps) for update in table(DiracUpdate)
    }


@st.cache_data(max_entries=64, show_spinner=False)
def locus(name: str, parameter: str, others: Values) -> np.ndarray | None:
    """Where the flow's eigenvalues go as one parameter runs through its range, (n, 2)."""
    spec = find(DiracGame, name).parameters[parameter]
    found = []
    for value in np.linspace(spec.low, spec.high, 160):
        jacobian = game_of(name, (*others, (parameter, float(value)))).jacobian
        if jacobian is None:
            return None
        found.append(eigenvalues(jacobian))
    return np.array(found)
