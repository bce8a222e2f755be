"""Stability by eigenvalues: of a field in the left half plane, of an update in the unit disc."""

import numpy as np
from numpy.typing import NDArray

from ganlab.theory.dirac import Array

Complex = NDArray[np.complex128]


def eigenvalues(matrix: Array) -> Complex:
    """Eigenvalues of a real matrix, sorted by imaginary, then real part."""
    found: Complex = np.linalg.eigvals(matrix).astype(np.complex128)
    return found[np.lexsort((np.real(found), np.imag(found)))]


def update_matrix(jacobian: Array, update: str, h: float, d_steps: int = 1) -> Array:
    """The linear map of one update near the equilibrium: (2, 2), or (4, 4) for 'optimistic'.

    update is the name of a `DiracUpdate`.
    """
    return _MATRICES[update](jacobian, h, d_steps)


def _simultaneous(jacobian: Array, h: float, d_steps: int) -> Array:
    del d_steps
    return np.eye(2) + h * jacobian


def _alternating(jacobian: Array, h: float, d_steps: int) -> Array:
    full = np.eye(2) + h * jacobian
    G = np.array([full[0], [0.0, 1.0]])
    D = np.array([[1.0, 0.0], full[1]])
    return np.linalg.matrix_power(D, d_steps) @ G


def _extragradient(jacobian: Array, h: float, d_steps: int) -> Array:
    return np.eye(2) + h * jacobian @ _simultaneous(jacobian, h, d_steps)


def _optimistic(jacobian: Array, h: float, d_steps: int) -> Array:
    del d_steps
    return np.block([[np.eye(2) + 2 * h * jacobian, -h * jacobian], [np.eye(2), np.zeros((2, 2))]])


_MATRICES = {
    "simultaneous": _simultaneous,
    "alternating": _alternating,
    "extragradient": _extragradient,
    "optimistic": _optimistic,
}


def radius(matrix: Array) -> float:
    """The spectral radius: the asymptotic factor by which the distance changes in a step."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def largest_step(
    jacobian: Array, update: str, d_steps: int = 1, limit: float = 8.0, tolerance: float = 1e-9
) -> float:
    """The largest step size up to which no distance grows; 0 if every step size fails.

    Scans (0, limit] and refines by bisection; returns limit if no step size up to it fails.
    """

    def settles(h: float) -> bool:
        return radius(update_matrix(jacobian, update, h, d_steps)) <= 1 + tolerance

    good = 0.0
    for bad in np.geomspace(1e-3, limit, 160):
        if settles(bad):
            good = float(bad)
            continue
        for _ in range(40):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if settles(middle) else (good, middle)
        return good if good > 1e-3 else 0.0
    return limit
