"""A small trained D: logistic regression on radial bumps, by Newton's method.

The problem is convex, so that each step comes nearer to the best D with these features; a dozen
steps take milliseconds.
"""

from dataclasses import dataclass

import numpy as np

from ganlab.theory.dirac import Array
from ganlab.theory.optimal_discriminator import probability


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
