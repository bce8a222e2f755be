"""A whole GAN small enough to be played while a page opens: G moves a bump, D is sixteen neurons.

Data are N(0, 1). G(z) = μ + s·z with z ~ N(0, 1), D is one hidden layer of tanh; both follow their
gradients, one step each in turn, with heavy-ball momentum if asked. The true distance is a closed
form, so that a loss can be compared with what really happens.
"""

from dataclasses import dataclass

import numpy as np

from ganlab.theory.dirac import Array
from ganlab.theory.loss_shapes import d_curve, g_curve
from ganlab.theory.optimal_discriminator import probability

HIDDEN = 16


@dataclass(frozen=True)
class Setting:
    """How a small game is played."""

    steps: int = 1500
    batch: int = 128
    loss: str = "non-saturating"
    """One that compares single scores: `loss_shapes` has no curve of one that compares means."""
    d_rate: float = 0.15
    g_rate: float = 0.01
    momentum: float = 0.0
    d_until: int | None = None
    """The step from which D no longer learns; None: it always does."""
    mean: float = 4.0
    """Where G starts."""
    std: float = 0.5
    noise: float = 0.0
    """Instance noise on real and fake."""
    seed: int = 0


@dataclass(frozen=True)
class Record:
    """What was seen, one value a step, all of shape (steps,)."""

    step: Array
    d_loss: Array
    g_loss: Array
    d_real: Array
    """Mean D(x), a probability."""
    d_fake: Array
    """Mean D(G(z))."""
    distance: Array
    """Wasserstein-2 distance of G from the data, √(μ² + (|s| - 1)²)."""


def logits(D: Array, x: Array) -> tuple[Array, Array]:
    """D's logits (N,) and its hidden layer (N, HIDDEN) on x (N,); D is one flat vector."""
    w, b, v = D[:HIDDEN], D[HIDDEN : 2 * HIDDEN], D[2 * HIDDEN : 3 * HIDDEN]
    hidden = np.tanh(x[:, None] * w + b)
    return hidden @ v + D[-1], hidden


def by_weights(D: Array, x: Array, hidden: Array, upstream: Array) -> Array:
    """The gradient of Σ upstream · logit with respect to the flat D."""
    v = D[2 * HIDDEN : 3 * HIDDEN]
    before = upstream[:, None] * (1 - hidden**2) * v
    return np.concatenate([x @ before, before.sum(0), upstream @ hidden, [upstream.sum()]])


def by_input(D: Array, hidden: Array) -> Array:
    """The derivative of each logit by its x, (N,)."""
    return (1 - hidden**2) @ (D[2 * HIDDEN : 3 * HIDDEN] * D[:HIDDEN])


def play(setting: Setting) -> Record:
    """Play the game from its seed."""
    rng = np.random.default_rng(setting.seed)
    n = setting.batch
    D = np.concatenate([rng.normal(0, 1, HIDDEN), rng.normal(0, 2, HIDDEN), np.zeros(HIDDEN + 1)])
    D[2 * HIDDEN : 3 * HIDDEN] = rng.normal(0, 0.02, HIDDEN)  # undecided at first
    G = np.array([setting.mean, setting.std])
    d_speed, g_speed = np.zeros_like(D), np.zeros_like(G)
    rows = np.empty((setting.steps, 5))
    for t in range(setting.steps):
        draws = rng.normal(size=(5, n))
        real = draws[0] + setting.noise * draws[3]
        fake = G[0] + G[1] * draws[1] + setting.noise * draws[4]
        (real_logits, real_hidden), (fake_logits, fake_hidden) = logits(D, real), logits(D, fake)
        d = d_curve(setting.loss, real_logits, fake_logits)
        d_speed = setting.momentum * d_speed + (
            by_weights(D, real, real_hidden, d.by_real / n)
            + by_weights(D, fake, fake_hidden, d.by_fake / n)
        )
        if setting.d_until is None or t < setting.d_until:
            D = D - setting.d_rate * d_speed
        z = draws[2]
        new_logits, hidden = logits(D, G[0] + G[1] * z + setting.noise * draws[4])
        # Both scores are those of the D that G meets, as in training: it has just moved.
        g = g_curve(setting.loss, logits(D, real)[0], new_logits)
        pull = g.by_fake * by_input(D, hidden) / n
        rows[t] = (
            d.loss.mean(),
            g.loss.mean(),
            probability(real_logits).mean(),
            probability(fake_logits).mean(),
            np.hypot(G[0], abs(G[1]) - 1),
        )
        g_speed = setting.momentum * g_speed + np.array([pull.sum(), pull @ z])
        G = G - setting.g_rate * g_speed
    return Record(np.arange(setting.steps, dtype=float), *rows.T)


STORIES: dict[str, Setting] = {
    "settles": Setting(noise=0.3),
    "D runs away": Setting(loss="minimax", mean=6.0, std=0.3, d_rate=0.5, g_rate=0.05),
    "D stops learning": Setting(g_rate=0.03, d_until=200),
    "in circles": Setting(
        steps=600, batch=256, d_rate=0.02, g_rate=0.02, momentum=0.9, mean=2.0, std=1.0
    ),
}
"""Games that end as games of any size do."""
