"""The Dirac-GAN: the smallest game in which GANs circle, and the methods that make it converge.

The data are one point at 0, G puts one point at θ, and D(x) = ψx scores it. With
f(t) = -log(1 + e⁻ᵗ) the game is L(θ, ψ) = f(θψ) + f(0); G descends it, D climbs it, and the
equilibrium is (0, 0).
Mescheder, Geiger & Nowozin 2018, 'Which training methods for GANs do actually converge?'.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganlab.registry import Parameter, dirac_game

Array = NDArray[np.float64]
Field = Callable[[Array, Array], tuple[Array, Array]]

PAPER = "Mescheder, Geiger & Nowozin 2018"
GAMMA = Parameter(0.3, "Strength of the penalty, γ/2 · E‖∇D‖². Critical at γ = 1.", 0.0, 3.0)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(33)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()  # expectation under N(0, 1)


@dataclass(frozen=True)
class Game:
    """A vector field (θ, ψ) -> (θ̇, ψ̇) on arrays of any one shape, with its Jacobian."""

    field: Field
    jacobian: Array | None
    """Its derivative at (0, 0), rows θ̇ and ψ̇; None where the field has a kink there."""
    clip: float = math.inf
    """After each step ψ is clipped to [-clip, clip]."""

    def flow(self, theta: ArrayLike, psi: ArrayLike) -> tuple[Array, Array]:
        """The field with clipping: ψ̇ is 0 where it points out of [-clip, clip]."""
        theta, psi = np.asarray(theta, float), np.asarray(psi, float)
        theta_dot, psi_dot = self.field(theta, psi)
        at_wall = (np.abs(psi) >= self.clip) & (psi * psi_dot > 0)
        return theta_dot, np.where(at_wall, 0.0, psi_dot)


def slope(t: Array) -> Array:
    """f'(t) = σ(-t), accurate for any t."""
    return 0.5 * (1 - np.tanh(0.5 * t))


def _rotation(strength: float, friction: float = 0.0) -> Array:
    return np.array([[0.0, -strength], [strength, -friction]])


@dirac_game(
    "GAN",
    summary="The minimax game: both players turn around each other and nobody arrives.",
    formula=r"\dot\theta=-\psi f'(\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)",
    source=f"{PAPER}, section 2.1",
    spectrum=r"\lambda=\pm\tfrac{i}{2}",
)
def minimax() -> Game:
    """The game as first written. Its eigenvalues ±i/2 make a centre."""
    return Game(_minimax, _rotation(0.5))


def _minimax(theta: Array, psi: Array) -> tuple[Array, Array]:
    df = slope(theta * psi)
    return -psi * df, theta * df


@dirac_game(
    "NS-GAN",
    summary="The non-saturating game: the same circle near the centre, a slow drift far out.",
    formula=r"\dot\theta=-\psi f'(-\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)",
    source=f"{PAPER}, section 3.1",
    spectrum=r"\lambda=\pm\tfrac{i}{2}",
)
def non_saturating() -> Game:
    """G climbs f(-θψ) instead: the same linear part, no linear convergence."""
    return Game(_non_saturating, _rotation(0.5))


def _non_saturating(theta: Array, psi: Array) -> tuple[Array, Array]:
    return -psi * slope(-theta * psi), theta * slope(theta * psi)


@dirac_game(
    "WGAN",
    summary="A linear critic, its weight clipped to [-c, c] after each step.",
    formula=r"\dot\theta=-\psi,\quad \dot\psi=\theta,\quad \psi\in[-c,c]",
    source=f"Arjovsky et al. 2017; {PAPER}, section 3.2",
    parameters={"clip": Parameter(1.0, "The critic's weight stays within ±c.", 0.1, 2.0)},
    spectrum=r"\lambda=\pm i",
)
def wasserstein(clip: float = 1.0) -> Game:
    """f(t) = t with ψ clipped to [-clip, clip]. Arjovsky et al. 2017."""
    return Game(lambda theta, psi: (-psi, theta), _rotation(1.0), clip)


@dirac_game(
    "WGAN-GP",
    summary="The penalty pulls the slope to g₀, not to 0: it pushes away from the centre.",
    formula=r"\dot\theta=-\psi,\quad"
    r"\dot\psi=\theta-\gamma\,\mathrm{sgn}(\psi)\,(|\psi|-g_0)",
    source=f"Gulrajani et al. 2017; {PAPER}, section 3.2",
    parameters={
        "gamma": Parameter(0.7, "Strength of the penalty.", 0.0, 3.0),
        "target": Parameter(1.0, "The slope g₀ that the penalty asks for.", 0.0, 2.0),
    },
    spectrum=r"\lambda\ \text{undefined: the field has a kink at } \psi=0",
)
def wasserstein_penalty(gamma: float = 0.7, target: float = 1.0) -> Game:
    """f(t) = t with γ/2 (|ψ| - g₀)². Without a target it is friction; with one, a limit cycle."""
    smooth = target == 0 or gamma == 0

    def field(theta: Array, psi: Array) -> tuple[Array, Array]:
        return -psi, theta - gamma * np.sign(psi) * (np.abs(psi) - target)

    return Game(field, _rotation(1.0, gamma) if smooth else None)


@dirac_game(
    "instance noise",
    summary="Noise on real and fake alike gives both an overlap: the circle becomes a spiral.",
    formula=r"\dot\theta=-\psi\,\mathbb{E}f'((\theta+\varepsilon)\psi),\quad"
    r"\dot\psi=\mathbb{E}[(\theta+\varepsilon)f'((\theta+\varepsilon)\psi)-xf'(-x\psi)]",
    source=f"Sønderby et al. 2017; {PAPER}, section 3.3",
    parameters={"sigma": Parameter(0.7, "Noise σ on both. Critical at σ² = 2.", 0.0, 2.5)},
    spectrum=r"\lambda=-\tfrac{\sigma^2}{4}\pm\tfrac14\sqrt{\sigma^4-4}",
    critical={"sigma": math.sqrt(2)},
)
def instance_noise(sigma: float = 0.7) -> Game:
    """ε ~ N(0, σ²) on real and fake points, its expectation by Gauss-Hermite quadrature.

    The Jacobian's trace is -σ²/2 and its determinant ¼, so σ² = 2 is critical.
    """
    noise = sigma * _NODES

    def field(theta: Array, psi: Array) -> tuple[Array, Array]:
        fake = np.asarray(theta)[..., None] + noise  # (..., nodes)
        psi_ = np.asarray(psi)[..., None]
        df = slope(fake * psi_)
        theta_dot = -psi * (df @ _WEIGHTS)
        return theta_dot, (fake * df - noise * slope(-noise * psi_)) @ _WEIGHTS

    return Game(field, _rotation(0.5, sigma**2 / 2))


@dirac_game(
    "R1",
    summary="The zero-centred penalty is friction for D: it settles where the data are.",
    formula=r"\dot\theta=-\psi f'(\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)-\gamma\psi",
    source=f"{PAPER}, section 4.1",
    parameters={"gamma": GAMMA},
    spectrum=r"\lambda=-\tfrac{\gamma}{2}\pm\tfrac12\sqrt{\gamma^2-1}",
    critical={"gamma": 1.0},
)
def zero_centred(gamma: float = 0.3) -> Game:
    """R1 of strength γ, penalty γ/2 · ψ². In this game R2 and GP centred at 0 are the same."""
    return _with_friction(_minimax, gamma)


@dirac_game(
    "NS-GAN + R1",
    summary="What StyleGAN trains with: near the centre it is the same as R1.",
    formula=r"\dot\theta=-\psi f'(-\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)-\gamma\psi",
    source=f"{PAPER}, section 4.1",
    parameters={"gamma": GAMMA},
    spectrum=r"\lambda=-\tfrac{\gamma}{2}\pm\tfrac12\sqrt{\gamma^2-1}",
    critical={"gamma": 1.0},
)
def non_saturating_zero_centred(gamma: float = 0.3) -> Game:
    """The non-saturating game with R1."""
    return _with_friction(_non_saturating, gamma)


def _with_friction(field: Field, gamma: float) -> Game:
    def damped(theta: Array, psi: Array) -> tuple[Array, Array]:
        theta_dot, psi_dot = field(theta, psi)
        return theta_dot, psi_dot - gamma * psi

    return Game(damped, _rotation(0.5, gamma))


@dirac_game(
    "consensus",
    summary="Both players also shrink the field itself: they agree to stand still.",
    formula=r"\dot x=v-\gamma\nabla\tfrac12\lVert v\rVert^2,\quad v\ \text{as in GAN}",
    source="Mescheder, Nowozin & Geiger 2017",
    parameters={"gamma": Parameter(1.0, "Weight of the agreement.", 0.0, 3.0)},
    spectrum=r"\lambda=-\tfrac{\gamma}{4}\pm\tfrac{i}{2}",
)
def consensus(gamma: float = 1.0) -> Game:
    """The field v - γ∇½‖v‖² with v from minimax. Mescheder, Nowozin & Geiger 2017, eq. 10."""

    def field(theta: Array, psi: Array) -> tuple[Array, Array]:
        df = slope(theta * psi)
        ddf = -df * (1 - df)  # f''
        common = (theta**2 + psi**2) * df * ddf
        theta_dot = -psi * df - gamma * (theta * df**2 + psi * common)
        return theta_dot, theta * df - gamma * (psi * df**2 + theta * common)

    return Game(field, _rotation(0.5) - gamma / 4 * np.eye(2))
