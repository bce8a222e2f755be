"""Losses as curves over one logit with their slopes: what training computes, on NumPy's arrays.

Pages that only draw must not load torch; the lab's own losses take arrays as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ganlab.objective.losses import functions_of
from ganlab.registry import Loss, Value, find
from ganlab.theory.dirac import Array


class DCurve(NamedTuple):
    """D's loss at (real_logits, fake_logits) and its derivatives by each, all of one shape."""

    loss: Array
    by_real: Array
    by_fake: Array


class GCurve(NamedTuple):
    """G's loss and its derivative by the fake logit: what reaches G before D's own slope."""

    loss: Array
    by_fake: Array


def d_curve(
    name: str, real: ArrayLike, fake: ArrayLike, values: Mapping[str, Value] | None = None
) -> DCurve:
    """D's side of the loss called name on logits that broadcast against each other.

    Each pair of logits is a batch of its own, so that a mean over the batch is that logit.
    """
    functions, r, f = functions_of(find(Loss, name), values or {}), *_pairs(real, fake)
    by_real, by_fake = _on_arrays(functions.d_slopes, r, f)
    return DCurve(*(one[..., 0] for one in (_on_arrays(functions.d, r, f), by_real, by_fake)))


def g_curve(
    name: str, real: ArrayLike, fake: ArrayLike, values: Mapping[str, Value] | None = None
) -> GCurve:
    """G's side of the loss called name; see `d_curve`."""
    functions, r, f = functions_of(find(Loss, name), values or {}), *_pairs(real, fake)
    return GCurve(*(_on_arrays(one, r, f)[..., 0] for one in (functions.g, functions.g_slope)))


def _pairs(real: ArrayLike, fake: ArrayLike) -> tuple[Array, Array]:
    r, f = np.broadcast_arrays(np.asarray(real, float), np.asarray(fake, float))
    return r[..., None], f[..., None]


def _on_arrays(function: Callable[..., Any], real: Array, fake: Array) -> Any:
    """What the function says of arrays, through tensors where it knows nothing but those."""
    try:
        return function(real, fake)
    except (AttributeError, TypeError):
        import torch

        found = function(torch.tensor(real), torch.tensor(fake))
        return [one.numpy() for one in found] if isinstance(found, tuple) else found.numpy()
