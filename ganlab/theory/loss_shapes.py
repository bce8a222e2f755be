"""Losses as curves over one logit, with gradients: NumPy twins of `ganlab.objective.losses`.

Pages that only draw must not load torch. The tests hold each twin against autograd of the
function that training uses, and demand a twin for each entry of the catalogue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ganlab.catalogue.losses import LOSSES
from ganlab.catalogue.spec import Spec, find
from ganlab.theory.dirac import Array
from ganlab.theory.optimal_discriminator import probability as sigmoid


@dataclass(frozen=True)
class Curve:
    """A loss at (real_logits, fake_logits) and its derivatives by each, all of one shape."""

    loss: Array
    by_real: Array
    by_fake: Array


Twin = Callable[[Array, Array], Curve]


def _softplus(x: Array) -> Array:
    return np.logaddexp(0, x)


def _minimax_d(r: Array, f: Array) -> Curve:
    return Curve(_softplus(-r) + _softplus(f), -sigmoid(-r), sigmoid(f))


def _minimax_g(r: Array, f: Array) -> Curve:
    return Curve(-_softplus(f), 0 * r, -sigmoid(f))


def _non_saturating_g(r: Array, f: Array) -> Curve:
    return Curve(_softplus(-f), 0 * r, -sigmoid(-f))


def _least_squares_d(r: Array, f: Array) -> Curve:
    return Curve(0.5 * (r - 1) ** 2 + 0.5 * f**2, r - 1, f + 0.0)


def _least_squares_g(r: Array, f: Array) -> Curve:
    return Curve(0.5 * (f - 1) ** 2, 0 * r, f - 1)


def _wasserstein_d(r: Array, f: Array) -> Curve:
    return Curve(f - r, 0 * r - 1, 0 * f + 1)


def _wasserstein_g(r: Array, f: Array) -> Curve:
    return Curve(-f, 0 * r, -np.ones_like(f))


def _hinge_d(r: Array, f: Array) -> Curve:
    return Curve(
        np.maximum(0, 1 - r) + np.maximum(0, 1 + f),
        -np.where(r < 1, 1.0, 0.0),
        np.where(f > -1, 1.0, 0.0),
    )


def _relativistic_d(r: Array, f: Array) -> Curve:
    return Curve(_softplus(f - r), -sigmoid(f - r), sigmoid(f - r))


def _relativistic_g(r: Array, f: Array) -> Curve:
    return Curve(_softplus(r - f), sigmoid(r - f), -sigmoid(r - f))


def _relativistic_average_d(r: Array, f: Array) -> Curve:
    # All real samples score r here, and all fakes f: these are their means.
    return Curve(2 * (r - f - 1) ** 2, 4 * (r - f - 1), -4 * (r - f - 1))


def _relativistic_average_g(r: Array, f: Array) -> Curve:
    return Curve(2 * (f - r - 1) ** 2, -4 * (f - r - 1), 4 * (f - r - 1))


TWINS: Mapping[str, Twin] = {
    "ganlab.objective.losses:minimax_d": _minimax_d,
    "ganlab.objective.losses:minimax_g": _minimax_g,
    "ganlab.objective.losses:non_saturating_g": _non_saturating_g,
    "ganlab.objective.losses:least_squares_d": _least_squares_d,
    "ganlab.objective.losses:least_squares_g": _least_squares_g,
    "ganlab.objective.losses:wasserstein_d": _wasserstein_d,
    "ganlab.objective.losses:wasserstein_g": _wasserstein_g,
    "ganlab.objective.losses:hinge_d": _hinge_d,
    "ganlab.objective.losses:relativistic_d": _relativistic_d,
    "ganlab.objective.losses:relativistic_g": _relativistic_g,
    "ganlab.objective.losses:relativistic_average_d": _relativistic_average_d,
    "ganlab.objective.losses:relativistic_average_g": _relativistic_average_g,
}

FORMULAS: Mapping[str, tuple[str, str]] = {
    "ganlab.objective.losses:minimax_d": (
        r"-\log\sigma(r)-\log(1-\sigma(a))",
        r"\partial_r=-(1-\sigma(r)),\ \partial_a=\sigma(a)",
    ),
    "ganlab.objective.losses:minimax_g": (r"\log(1-\sigma(a))", r"\partial_a=-\sigma(a)"),
    "ganlab.objective.losses:non_saturating_g": (r"-\log\sigma(a)", r"\partial_a=-(1-\sigma(a))"),
    "ganlab.objective.losses:least_squares_d": (
        r"\tfrac12(r-1)^2+\tfrac12a^2",
        r"\partial_r=r-1,\ \partial_a=a",
    ),
    "ganlab.objective.losses:least_squares_g": (r"\tfrac12(a-1)^2", r"\partial_a=a-1"),
    "ganlab.objective.losses:wasserstein_d": (r"a-r", r"\partial_r=-1,\ \partial_a=1"),
    "ganlab.objective.losses:wasserstein_g": (r"-a", r"\partial_a=-1"),
    "ganlab.objective.losses:hinge_d": (
        r"\max(0,1-r)+\max(0,1+a)",
        r"\partial_r=-[r<1],\ \partial_a=[a>-1]",
    ),
    "ganlab.objective.losses:relativistic_d": (
        r"-\log\sigma(r-a)",
        r"\partial_r=-\sigma(a-r)=-\partial_a",
    ),
    "ganlab.objective.losses:relativistic_g": (r"-\log\sigma(a-r)", r"\partial_a=-\sigma(r-a)"),
    "ganlab.objective.losses:relativistic_average_d": (
        r"(r-\bar a-1)^2+(a-\bar r+1)^2",
        r"\partial_{\bar r}=4(\bar r-\bar a-1)=-\partial_{\bar a}",
    ),
    "ganlab.objective.losses:relativistic_average_g": (
        r"(a-\bar r-1)^2+(r-\bar a+1)^2",
        r"\partial_{\bar a}=4(\bar a-\bar r-1)",
    ),
}
"""Each loss and its gradient in LaTeX: a is D's logit on a fake, r on a real sample; bars are means
over the batch, and a derivative by a mean is that by all its scores together."""


def targets(spec: Spec) -> dict[str, str]:
    """Where the losses of both players are: {'G': target, 'D': target}."""
    return {"G": spec.target, "D": spec.traits["d"]}


def drawable() -> list[str]:
    """The losses of the catalogue, in its order, of which both players have a twin."""
    return [name for name, spec in LOSSES.items() if set(targets(spec).values()) <= set(TWINS)]


def curve(name: str, player: str, real: ArrayLike, fake: ArrayLike) -> Curve:
    """The loss called name of player 'G' or 'D' on logits that broadcast against each other."""
    r, f = np.broadcast_arrays(np.asarray(real, float), np.asarray(fake, float))
    return TWINS[targets(find(LOSSES, "loss", name))[player]](r, f)


def generator_gradient(name: str, fake: ArrayLike, real: ArrayLike = 0.0) -> Array:
    """∂L_G/∂D(G(z)) at logit fake: what reaches G, before D's own slope multiplies it."""
    return curve(name, "G", real, fake).by_fake
