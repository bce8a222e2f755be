"""The optimal discriminator D* = p/(p+q), its value, and the gradient that G receives from it.

p is the density of the data, q that of the generator, both mixtures of Gaussians on a line, so that
everything here is a closed form or an integral on a fine grid. Goodfellow et al. 2014, section 4.
At the end a small D is trained: logistic regression on radial bumps, by Newton's method.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ganlab.errors import ConfigError
from ganlab.theory.dirac import Array


@dataclass(frozen=True)
class Mixture:
    """A mixture of Gaussians on a line."""

    means: tuple[float, ...]
    stds: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.means) == len(self.stds) == len(self.weights) > 0:
            raise ConfigError(
                "a mixture needs as many means as stds and weights, at least one, got "
                f"{len(self.means)}, {len(self.stds)} and {len(self.weights)}"
            )
        if min(self.stds) <= 0 or min(self.weights) < 0 or abs(sum(self.weights) - 1) > 1e-9:
            raise ConfigError(
                "a mixture needs positive stds and weights that add up to 1, got "
                f"{self.stds} and {self.weights}"
            )

    def log_density(self, x: Array) -> Array:
        """The values log p(x), finite however far out."""
        parts = [
            np.log(w) - 0.5 * ((x - m) / s) ** 2 - np.log(s * np.sqrt(2 * np.pi))
            for m, s, w in zip(self.means, self.stds, self.weights, strict=True)
            if w > 0
        ]
        return np.logaddexp.reduce(np.stack(parts), axis=0)

    def cdf(self, x: Array) -> Array:
        """P(X ≤ x)."""
        parts = zip(self.means, self.stds, self.weights, strict=True)
        return sum(
            (w * np.array([NormalDist(m, s).cdf(v) for v in x]) for m, s, w in parts),
            np.zeros_like(x),
        )

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """Draw n points."""
        which = rng.choice(len(self.weights), size=n, p=self.weights)
        return rng.normal(np.array(self.means)[which], np.array(self.stds)[which])


def bump(mean: float, std: float) -> Mixture:
    """One Gaussian."""
    return Mixture((mean,), (std,), (1.0,))


def grid(p: Mixture, q: Mixture, spread: float = 9.0) -> Array:
    """Points that cover both, close enough together for the narrowest component."""
    means, stds = np.array(p.means + q.means), np.array(p.stds + q.stds)
    low, high = (means - spread * stds).min(), (means + spread * stds).max()
    return np.linspace(low, high, min(20001, int((high - low) / stds.min() * 12) + 2))


def optimal_logit(p: Mixture, q: Mixture, x: Array) -> Array:
    """The logit log p(x) - log q(x) of D*(x) = p(x) / (p(x) + q(x)). Proposition 1."""
    return p.log_density(x) - q.log_density(x)


def probability(logit: Array) -> Array:
    """σ(logit), with its full relative accuracy however small it is."""
    return np.exp(-np.logaddexp(0, -logit))


def value(p: Mixture, q: Mixture, x: Array, logit: Array) -> float:
    """V(D, G) = E_p log D + E_q log(1 - D) for a D given by its logit on the grid x. Equation 1."""
    real = np.exp(p.log_density(x)) * -np.logaddexp(0, -logit)
    fake = np.exp(q.log_density(x)) * -np.logaddexp(0, logit)
    return float(np.trapezoid(real + fake, x))


def jensen_shannon(p: Mixture, q: Mixture) -> float:
    """JSD(p, q) in nats by quadrature: 0 when equal, log 2 when apart."""
    x = grid(p, q)
    log_p, log_q = p.log_density(x), q.log_density(x)
    log_m = np.logaddexp(log_p, log_q) - np.log(2)
    excess = np.exp(log_p) * (log_p - log_m) + np.exp(log_q) * (log_q - log_m)
    return float(np.clip(0.5 * np.trapezoid(excess, x), 0.0, np.log(2)))


def wasserstein_1(p: Mixture, q: Mixture) -> float:
    """∫|F_p - F_q| dx, the least average distance by which the mass of q must be carried."""
    x = grid(p, q)
    return float(np.trapezoid(np.abs(p.cdf(x) - q.cdf(x)), x))


@dataclass(frozen=True)
class Separation:
    """Divergences and gradients of two bumps of one width at each distance, all of shape (n,)."""

    distance: Array
    jsd: Array
    wasserstein: Array
    minimax_gradient: Array
    """|d/dθ E_q log(1 - D*)| with D* held still: the saturating gradient at G's position."""
    non_saturating_gradient: Array
    """The same for -E_q log D*."""


def separation(distances: Array, std: float) -> Separation:
    """Data N(0, std²), generator N(d, std²), D optimal for each d; G moves its points by θ.

    With equal widths logit D* = (d² - 2dx)/(2 std²) is a line of slope -d/std², so that the two
    gradients are that slope times E_q D* and E_q (1 - D*).
    """
    data = bump(0.0, std)
    rows = []
    for d in distances:
        q = bump(float(d), std)
        x = grid(data, q)
        density = np.exp(q.log_density(x))
        D = probability(optimal_logit(data, q, x))
        steepness = abs(float(d)) / std**2
        fooled = float(np.trapezoid(density * D, x))
        rows.append((jensen_shannon(data, q), abs(d), steepness * fooled, steepness * (1 - fooled)))
    jsd, w1, minimax, non_saturating = np.array(rows).T
    return Separation(np.asarray(distances, float), jsd, w1, minimax, non_saturating)


# --- a D that is trained --------------------------------------------------------------------------


@dataclass(frozen=True)
class Features:
    """Gaussian bumps on a line, a straight line and a constant."""

    centres: Array
    width: float

    def __call__(self, x: Array) -> Array:
        """x: (N,) -> (N, bumps + 2)."""
        bumps = np.exp(-0.5 * ((x[:, None] - self.centres) / self.width) ** 2)
        scaled = (x - self.centres.mean()) / np.ptp(self.centres)
        return np.column_stack([bumps, scaled, np.ones_like(x)])


def features(low: float, high: float, bumps: int = 18) -> Features:
    """Evenly spaced bumps over [low, high], each as wide as the gap between two."""
    centres = np.linspace(low, high, bumps)
    return Features(centres, float(centres[1] - centres[0]))


def objective(phi: Array, targets: Array, w: Array, ridge: float) -> float:
    """Half of D's loss, averaged over both batches, plus ridge/2 · ‖w‖²."""
    logits = phi @ w
    signs = 2 * targets - 1
    return float(np.logaddexp(0, -signs * logits).mean() + 0.5 * ridge * w @ w)


def train(real: Array, fake: Array, phi: Features, steps: int, ridge: float = 1e-4) -> Array:
    """Weights (steps + 1, features), from zero logits on, one row per Newton step.

    Logistic regression is convex: each step comes nearer to the best D with these features, and a
    dozen take milliseconds.
    A step is halved until the loss falls, so that no step makes D worse. real and fake, both (N,),
    have the same weight. ridge keeps D finite where there is no sample.
    """
    X = phi(np.concatenate([real, fake]))
    targets = np.concatenate([np.ones_like(real), np.zeros_like(fake)])
    w = np.zeros(X.shape[1])
    path, loss = [w], objective(X, targets, w, ridge)
    for _ in range(steps):
        D = probability(X @ w)
        gradient = X.T @ (D - targets) / len(X) + ridge * w
        curvature = (X.T * (D * (1 - D))) @ X / len(X) + ridge * np.eye(len(w))
        direction = np.linalg.solve(curvature, gradient)
        for halving in range(30):
            candidate = w - 0.5**halving * direction
            after = objective(X, targets, candidate, ridge)
            if after < loss:
                w, loss = candidate, after
                break
        else:  # rounding hides any further gain
            return np.array(path + [w] * (steps + 1 - len(path)))
        path.append(w)
    return np.array(path)
