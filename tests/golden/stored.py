"""What was recorded, and the comparison with it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.golden.arithmetic import digest
from tests.golden.measured import Outcome, Trajectory

FOLDER = Path(__file__).parent / "values"
NUMBERS = FOLDER / "numbers.json"
PICTURES = FOLDER / "pictures.npz"
TOLERANCE = 1e-4
"""Relative and absolute, of numbers: processors differ in the last bits."""


@cache
def recorded() -> dict[str, Any]:
    """Numbers by 'kind: name: scalar', how many steps of each processors agree on, and a digest."""
    return json.loads(NUMBERS.read_text())


@cache
def rounds_as_recorded() -> bool:
    """Whether this processor rounds as the one that recorded."""
    return digest() == recorded()["arithmetic"]


@cache
def pictures() -> dict[str, NDArray[Any]]:
    """All recorded arrays by 'kind: name: array'."""
    with np.load(PICTURES) as arrays:
        return dict(arrays)


def check_trajectory(kind: str, name: str, found: Trajectory) -> None:
    """The scalars are those recorded, and their numbers are near, at the steps to be compared."""
    prefix = f"{kind}: {name}: "
    wanted = _of(prefix, recorded()["numbers"])
    assert found.keys() == wanted.keys()
    for key, numbers in found.items():
        assert len(numbers) == len(wanted[key])
        compared = len(numbers) if rounds_as_recorded() else recorded()["agreed"][prefix + key]
        here = [np.nan if one is None else one for one in wanted[key][:compared]]
        np.testing.assert_allclose(
            numbers[:compared], here, TOLERANCE, TOLERANCE, err_msg=f"{name}, {key}"
        )


def check_outcome(kind: str, name: str, found: Outcome) -> None:
    """The arrays are those recorded, to one grey level or to the tolerance of numbers."""
    prefix = f"{kind}: {name}: "
    wanted = _of(prefix, pictures())
    assert found.arrays.keys() == wanted.keys()
    for key, array in found.arrays.items():
        there = wanted[key]
        assert (array.dtype, array.shape) == (there.dtype, there.shape)
        if array.dtype == np.uint8:
            apart = np.abs(array.astype(int) - there.astype(int)).max()
            assert apart <= 1, f"{name}, {key}: {apart} grey levels apart"
        else:
            np.testing.assert_allclose(array, there, TOLERANCE, TOLERANCE, err_msg=name)


def _of(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}
