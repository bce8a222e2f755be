"""The four update rules of a game of two players, the paths they produce, and what these do."""

import math
from collections.abc import Callable

import numpy as np

from ganlab.registry import Parameter, dirac_update
from ganlab.theory.dirac import Array, Game

Point = tuple[float, float]
Update = Callable[[Game, Point, Point, float], Point]
"""(game, position, the position before it, step size) -> next position."""

ESCAPED = 1e3
"""The distance beyond which a path counts as diverged and ends."""


def _clipped(game: Game, theta: float, psi: float) -> Point:
    return theta, min(max(psi, -game.clip), game.clip)


def _velocity(game: Game, at: Point) -> Point:
    theta_dot, psi_dot = game.field(np.asarray(at[0]), np.asarray(at[1]))
    return float(theta_dot), float(psi_dot)


@dirac_update(
    "simultaneous",
    summary="Both players answer the same position.",
    formula=r"x_{t+1}=x_t+h\,v(x_t)",
)
def simultaneous(game: Game, at: Point, before: Point, h: float) -> Point:
    """Move by h v(x). Around a centre the squared radius grows by the factor 1 + h²/4 a step."""
    del before
    theta_dot, psi_dot = _velocity(game, at)
    return _clipped(game, at[0] + h * theta_dot, at[1] + h * psi_dot)


@dirac_update(
    "alternating",
    summary="G moves first, then D answers where G now is, K times.",
    formula=r"\theta_{t+1}=\theta_t+h\,v_\theta(\theta_t,\psi_t),\quad"
    r"\psi_{t+1}=\psi_t+h\,v_\psi(\theta_{t+1},\psi_t)",
    parameters={"d_steps": Parameter(1, "D's steps for each step of G.", 1, 10)},
)
def alternating(game: Game, at: Point, before: Point, h: float, d_steps: int = 1) -> Point:
    """G moves, then D moves d_steps times. Around a centre the area is preserved up to h = 4."""
    del before
    theta, psi = at[0] + h * _velocity(game, at)[0], at[1]
    for _ in range(d_steps):
        theta, psi = _clipped(game, theta, psi + h * _velocity(game, (theta, psi))[1])
    return theta, psi


@dirac_update(
    "extragradient",
    summary="Look one step ahead, then move from here with the slope found there.",
    formula=r"x_{t+1}=x_t+h\,v(x_t+h\,v(x_t))",
    source="Korpelevich 1976; Gidel et al. 2019",
)
def extragradient(game: Game, at: Point, before: Point, h: float) -> Point:
    """Move by h v(x + h v(x)). Korpelevich 1976; for GANs Gidel et al. 2019."""
    ahead = simultaneous(game, at, before, h)
    theta_dot, psi_dot = _velocity(game, ahead)
    return _clipped(game, at[0] + h * theta_dot, at[1] + h * psi_dot)


@dirac_update(
    "optimistic",
    summary="Expect the opponent to keep moving: extrapolate from the last two slopes.",
    formula=r"x_{t+1}=x_t+2h\,v(x_t)-h\,v(x_{t-1})",
    source="Daskalakis et al. 2018",
)
def optimistic(game: Game, at: Point, before: Point, h: float) -> Point:
    """Move by 2h v(x) - h v(x before). Daskalakis et al. 2018, equation 2."""
    now, then = _velocity(game, at), _velocity(game, before)
    theta, psi = (x + h * (2 * a - b) for x, a, b in zip(at, now, then, strict=True))
    return _clipped(game, theta, psi)


def trajectory(game: Game, update: Update, start: Point, h: float, steps: int) -> Array:
    """The path (n, 2) from start, n = steps + 1, or fewer if it escapes.

    The first optimistic step takes the start as the position before it.
    """
    at = before = _clipped(game, *start)
    path = [at]
    for _ in range(steps):
        at, before = update(game, at, before, h), at
        path.append(at)
        if not math.hypot(*at) < ESCAPED:
            break
    return np.array(path)


def continuous(game: Game, start: Point, time: float, h: float = 0.05) -> Array:
    """The path (n, 2) of infinitely small updates, by Runge-Kutta steps of at most h."""
    n = max(1, math.ceil(time / h))
    h = time / n
    x = np.array(_clipped(game, *start))
    path = [x]
    for _ in range(n):
        k1 = np.array(game.flow(*x))
        k2 = np.array(game.flow(*(x + h / 2 * k1)))
        k3 = np.array(game.flow(*(x + h / 2 * k2)))
        k4 = np.array(game.flow(*(x + h * k3)))
        x = np.array(_clipped(game, *(x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))))
        path.append(x)
        if not np.hypot(*x) < ESCAPED:
            break
    return np.array(path)


# --- what a path does -----------------------------------------------------------------------------


SETTLES, CREEPS, CIRCLES, GROWS, ESCAPES = "settles", "creeps in", "circles", "grows", "escapes"


def read_path(path: Array, radius: float | None) -> str:
    """One of the five names, from the path (n, 2) and the spectral radius of its update.

    A path circles if the largest distance of its last third is within 2 % of that of the third
    before. It creeps in if it comes closer although the spectral radius does not predict it.
    """
    distance = np.hypot(*path.T)
    if not distance[-1] < ESCAPED:
        return ESCAPES
    third = max(1, len(distance) // 3)
    before, after = distance[-2 * third : -third], distance[-third:]
    if distance[-1] < 1e-9 or (before.size and after.max() < 0.98 * before.max()):
        return SETTLES if radius is not None and radius < 1 - 1e-9 else CREEPS
    return GROWS if before.size and after.max() > 1.02 * before.max() else CIRCLES


def pace(radius: float) -> str:
    """A factor per step as text: 'halves every 23 steps'."""
    if abs(math.log(max(radius, 1e-300))) < 1e-9:
        return "stays as it is"
    steps = math.log(2) / abs(math.log(radius))
    word = "halves" if radius < 1 else "doubles"
    if steps < 1.5:
        return f"{word} at every step"
    return f"{word} every {steps:,.0f} steps"
